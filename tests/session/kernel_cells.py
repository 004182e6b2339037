"""What the cells of the real-kernel tests import: a local feed of about 100 ticks a second."""

import json
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.inputs import Command
from rustro_kernel.session import composition
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.paced_gateway import PacedGateway
from rustro_kernel.session.plans import SimPlan
from rustro_kernel.session.run import Run
from rustro_kernel.session.threaded import Threaded

SPEED = 11.0
"""The simulated day sends about nine ticks a second."""


class Feed:
    """A paced day that begins a second before the open."""

    def __init__(self, folder: str, state: str) -> None:
        cfg = Config.load(**{"run.out": folder, "state.dir": state})
        self.plan: SimPlan = composition.plan_sim(cfg)
        self.run: Run = composition.open_run(self.plan)
        start_ns = self.plan.rules.derivative_legs[0].open_ns - SECOND
        world = composition.world(self.plan)
        world.begin(start_ns, self.plan.first_inputs)
        self.driver = Threaded(
            PacedGateway(world, PacedClock(start_ns, SPEED)),
            composition.engine(self.plan),
            self.run.recorder,
            self.run.health,
            takeover_ms=250,
            tell=lambda events: None,
            publish=lambda view: None,
        )

    async def stop(self, drive: object) -> None:
        """End the day, close the records, and leave the figures beside the folder."""
        self.driver.command(Command("end", "stop"))
        finish = await drive  # type: ignore[misc]  # the task the first cell made
        figures = self.driver.health()
        self.run.close(finish, figures)
        Path(f"{self.run.folder}.figures").write_text(json.dumps(figures))
