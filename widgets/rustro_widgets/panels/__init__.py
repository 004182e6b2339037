"""The parts a cockpit is made of: pure renderers beside the widgets that only assign traits."""
