"""The world of paper and live sessions: Angel One, or the simulated exchange in its place."""
