"""What monitoring reads: a real Prometheus scrapes /metrics, promtool finds no fault, and the dashboard and the
alert rules in docs/ ask only for what is there."""
import http.client
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.parse

from harness import Daemon, PATIENCE, SOURCE, main, needs, tool, wait_until

LINE = "<187>Jan 17 14:32:15.100 UTC: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down"
RULES = SOURCE / "docs" / "prometheus-alerts.yml"
DASHBOARD = SOURCE / "docs" / "grafana-dashboard.json"


def get(address, path):
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def names_in(text):
    return set(re.findall(r"\bnetlogd_[a-z0-9_]+", text))


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(http={"address": "127.0.0.1", "port": 0})
        cls.daemon.start()
        cls.daemon.send(*[LINE] * 5)
        cls.daemon.wait_for_rows(5)
        bound = cls.daemon.http
        cls.address = f"{bound['address']}:{bound['port']}"

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()
        shutil.rmtree(cls.daemon.folder, ignore_errors=True)

    def metrics(self):
        status, text = get(self.address, "/metrics")
        self.assertEqual(status, 200)
        return text

    @needs("promtool")
    def test_promtool_finds_no_fault_in_the_metrics(self):
        result = subprocess.run([tool("promtool"), "check", "metrics"], input=self.metrics(), capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""))

    @needs("promtool")
    def test_promtool_finds_no_fault_in_the_alert_rules(self):
        result = subprocess.run([tool("promtool"), "check", "rules", str(RULES)], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_dashboard_and_rules_ask_only_for_what_is_there(self):
        there = set(re.findall(r"^# TYPE (\S+)", self.metrics(), re.M))
        for file in (RULES, DASHBOARD):
            self.assertEqual(names_in(file.read_text()) - there, set(), file.name)
        reasons = set(re.findall(r'^netlogd_dropped_total\{.*reason="(\w+)"', self.metrics(), re.M))
        for pattern in re.findall(r'reason=~"([^"]+)"', RULES.read_text()):
            self.assertEqual(set(pattern.split("|")) - reasons, set())

    def test_the_dashboard_is_whole(self):
        dashboard = json.loads(DASHBOARD.read_text())
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in dashboard["panels"]:
            self.assertTrue(all(target["expr"] for target in panel["targets"]), panel["title"])
            place = panel["gridPos"]
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, f"{panel['title']} lies over another panel")
            taken |= cells

    def test_health_and_readiness_answer(self):
        self.assertEqual(get(self.address, "/healthz"), (200, "ok\n"))
        self.assertEqual(get(self.address, "/readyz"), (200, "ok\n"))
        self.assertEqual(json.loads(get(self.address, "/ledger")[1])["listeners"].keys(), self.daemon.ledger()["listeners"].keys())
        self.assertEqual(get(self.address, "/nothing")[0], 404)

    @needs("prometheus")
    def test_a_real_prometheus_scrapes_it_and_every_panel_and_rule_can_be_asked(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="netlogd-prometheus-"))
        self.addCleanup(shutil.rmtree, folder, True)
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "rule_files": [str(RULES)],
            "scrape_configs": [{"job_name": "netlogd", "static_configs": [{"targets": [self.address]}]}]}))
        port = free_port()
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen([tool("prometheus"), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                                       f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            def ask(path, **parameters):
                assert server.poll() is None, (folder / "log").read_text()[-3000:]
                try:
                    status, text = get(f"127.0.0.1:{port}", f"/api/v1/{path}?" + urllib.parse.urlencode(parameters))
                except OSError:
                    return None
                answer = json.loads(text) if status in (200, 400, 422) else None
                assert answer is None or answer["status"] == "success", f"{parameters}: {text}"
                return answer and answer["data"]

            def value(query):
                data = ask("query", query=query)
                return data and data["result"] and float(data["result"][0]["value"][1])

            wait_until(lambda: value("sum(netlogd_received_total)") == 5, "five messages in Prometheus")
            self.assertEqual(value('up{job="netlogd"}'), 1)
            self.assertGreater(value("netlogd_start_time_seconds"), 1.7e9)
            target = ask("targets", state="active")["activeTargets"][0]
            self.assertEqual((target["health"], target["lastError"]), ("up", ""))

            for panel in json.loads(DASHBOARD.read_text())["panels"]:
                for query in panel["targets"]:
                    ask("query", query=query["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*"))
            rules = wait_until(lambda: (data := ask("rules")) and data["groups"] and all(
                rule["health"] == "ok" for rule in data["groups"][0]["rules"]) and data["groups"][0]["rules"], "all rules evaluated")
            self.assertGreater(len(rules), 5)
            self.assertEqual([rule["name"] for rule in rules if rule["state"] == "firing"], [])
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


if __name__ == "__main__":
    main()
