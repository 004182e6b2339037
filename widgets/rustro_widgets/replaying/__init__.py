"""The parts of `ReplayDesk`: where one stands in a recorded day, and how that is shown."""
