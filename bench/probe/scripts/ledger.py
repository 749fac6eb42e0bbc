"""Which tasks have run, told by the tasks themselves."""

runs = []


def ran(name):
    runs.append(name.rsplit("/", 1)[-1])
