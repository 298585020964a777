"""The courier against a real broker: what it sends, and how little a dead broker costs a web request."""

import base64
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from grants import config
from tests.processes.broker import Broker
from workers.celery_app import QUEUE
from workers.dispatch import QUIET_SECONDS, BrokerAway, Courier

pytestmark = pytest.mark.slow


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that runs."""
    broker = Broker(tmp_path / "valkey")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(autouse=True)
def settings_put_back() -> Iterator[None]:
    """Give this process its settings back: other tests share it."""
    before = list(config._in_use)
    yield
    config._in_use[:] = before


def courier_for(broker_url: str, data_dir: Path) -> Courier:
    """A courier as the web server makes it."""
    config.use(
        config.load({"GRANTS_DATA_DIR": str(data_dir), "GRANTS_DEMO": "1", "GRANTS_BROKER_URL": broker_url})
    )
    return Courier()


def test_a_row_arrives_as_json_under_its_jobs_name(broker: Broker, tmp_path: Path) -> None:
    courier_for(broker.url, tmp_path / "data").send("sample.job", 42)
    (raw,) = broker.waiting(QUEUE)
    message = json.loads(raw)
    assert message["headers"]["task"] == "grants.sample.job"
    assert message["content-type"] == "application/json"
    assert message["headers"]["eta"] is None
    assert json.loads(base64.b64decode(message["body"]))[:2] == [[42], {}]


def test_a_restarted_broker_is_found_again_at_once(broker: Broker, tmp_path: Path) -> None:
    courier = courier_for(broker.url, tmp_path / "data")
    courier.send("sample.job", 1)
    broker.stop(signal.SIGKILL)
    broker.start()
    courier.send("sample.job", 2)
    assert len(broker.waiting(QUEUE)) == 2


@pytest.mark.parametrize("address", ["redis://127.0.0.1:9/0", "redis+socket:///nowhere.sock?virtual_host=0"])
def test_a_dead_broker_costs_one_request_under_a_second_and_the_next_nothing(
    address: str, tmp_path: Path
) -> None:
    courier = courier_for(address, tmp_path / "data")
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        courier.send("sample.job", 1)
    failed = time.monotonic()
    with pytest.raises(BrokerAway):
        courier.send("sample.job", 2)
    assert failed - begun < 1.0
    assert time.monotonic() - failed < 0.01


def test_a_broker_that_hangs_costs_about_a_second(broker: Broker, tmp_path: Path) -> None:
    courier = courier_for(broker.url, tmp_path / "data")
    courier.send("sample.job", 1)
    assert broker.process is not None
    broker.process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        courier.send("sample.job", 2)
    assert time.monotonic() - begun < 2.0
    broker.process.send_signal(signal.SIGCONT)


def test_it_tries_again_after_its_silence(broker: Broker, tmp_path: Path) -> None:
    courier = courier_for(broker.url, tmp_path / "data")
    broker.stop()
    with pytest.raises(OperationalError):
        courier.send("sample.job", 1)
    broker.start()
    courier._quiet_until -= QUIET_SECONDS
    courier.send("sample.job", 2)
    assert len(broker.waiting(QUEUE)) == 1
