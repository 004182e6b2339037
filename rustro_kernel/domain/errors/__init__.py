"""Every error rustro raises on purpose.

The tree, with the code of each::

    RustroError                R000
    |- BadUsage                R100   exit 2: the caller asked for something impossible
    |  |- BadConfig            R101   unknown key, value out of range, broken file
    |  |- BadData              R102   a data file that cannot be used
    |  |- NotATradingDay       R103   the market is closed on that date
    |  |- OutsideRules         R104   the market rules do not know that date
    |  |- StrategyRaised       R105   a strategy failed in the middle of a backtest
    |  `- NothingRecorded      R106   no session has begun, so there is nothing to read
    |- Refused                 R200   exit 3: possible, but not allowed now
    |  |- AlreadyRunning       R201   another session holds the account or the state folder
    |  |- LiveRefused          R202   live mode without what it needs
    |  |- UnverifiedRule       R203   a market rule nobody has confirmed
    |  |- EmergencyStopFound   R204   the file EMERGENCY_STOP lies in the state folder
    |  |- NotRunning           R205   no session that could be asked or told
    |  `- NotPromoted          R206   a parameter set that the gate does not let through
    |- DamagedRecord           R300   a stored record that does not check
    |  `- ReplayDiffers        R301   the inputs, fed again, gave other events
    |- BadIndicatorInput       R400   arrays an indicator cannot work on
    |- SessionFailed           R500   the running session cannot go on
    |- NoAnswer                R501   a running session does not answer, or not to this
    |- JobFailed               R502   work in a process of its own has no result
    |- BrokerError             R600   the broker did not do what it was asked
    |  |- BrokerAuthRefused    R601   AUTH: token or one-time code refused; log in again
    |  |- BrokerMisconfigured  R602   CONFIG: key, PIN, IP or address is wrong; stop
    |  |- BrokerThrottled      R603   THROTTLE: too many requests; back off
    |  |- BrokerTransient      R604   TRANSIENT: no readable answer; retry a read, look up a write
    |  `- BrokerRefused        R605   BUSINESS: the broker says no; never retried
    `- AlertFailed             R700   a channel did not deliver an alert

One module for each branch; all are imported from here. An error keeps its facts as attributes and
says what, which and received what in one sentence.
"""

from rustro_kernel.domain.errors.base import RustroError as RustroError
from rustro_kernel.domain.errors.broker import (
    BrokerAuthRefused as BrokerAuthRefused,
    BrokerError as BrokerError,
    BrokerMisconfigured as BrokerMisconfigured,
    BrokerRefused as BrokerRefused,
    BrokerThrottled as BrokerThrottled,
    BrokerTransient as BrokerTransient,
)
from rustro_kernel.domain.errors.records import (
    DamagedRecord as DamagedRecord,
    ReplayDiffers as ReplayDiffers,
)
from rustro_kernel.domain.errors.refusals import (
    AlreadyRunning as AlreadyRunning,
    EmergencyStopFound as EmergencyStopFound,
    LiveRefused as LiveRefused,
    NotPromoted as NotPromoted,
    NotRunning as NotRunning,
    Refused as Refused,
    UnverifiedRule as UnverifiedRule,
)
from rustro_kernel.domain.errors.usage import (
    BadConfig as BadConfig,
    BadData as BadData,
    BadUsage as BadUsage,
    NotATradingDay as NotATradingDay,
    NothingRecorded as NothingRecorded,
    OutsideRules as OutsideRules,
    StrategyRaised as StrategyRaised,
)
from rustro_kernel.domain.errors.work import (
    AlertFailed as AlertFailed,
    BadIndicatorInput as BadIndicatorInput,
    JobFailed as JobFailed,
    NoAnswer as NoAnswer,
    SessionFailed as SessionFailed,
)
