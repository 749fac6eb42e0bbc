"""Dagster 1.13.27: jobs of ops, run in the process with an instance in memory."""

import os

os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"

import dagster  # noqa: E402  (the environment has to be set first)

from measurement import measure_cases  # noqa: E402


@dagster.op
def start():
    return 0


@dagster.op
def step(value):
    return value + 1


@dagster.op(out=dagster.DynamicOut())
def items(context):
    for index in range(context.op_config):
        yield dagster.DynamicOutput(index, mapping_key=str(index))


def build(shape, tasks):
    @dagster.job(name=f"{shape}_of_{tasks}")
    def job():
        if shape == "map":
            items().map(step)
            return
        first = upstream = start()
        for index in range(1, tasks):
            upstream = step.alias(f"step_{index}")(upstream if shape == "chain" else first)
    return job


def run(shape):
    def case(tasks, phase):
        with phase("build"):
            job = build(shape, tasks)
        config = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
        if shape == "map":
            config["ops"] = {"items": {"config": tasks}}
        with phase("run"):
            result = job.execute_in_process(run_config=config)
        assert result.success
    return case


def building(tasks, phase):
    with phase("build"):
        build("chain", tasks)


measure_cases({"chain": run("chain"), "fan": run("fan"), "map": run("map"), "build": building})
