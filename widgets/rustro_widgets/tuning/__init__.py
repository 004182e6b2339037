"""The parts of the Tuner: pure values and renderers beside the widgets that show them."""
