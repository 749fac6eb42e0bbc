"""joblib 1.6.0: functions of which a `Memory` keeps the results on disk."""

from probe import in_ipython, run_edits

run_edits(in_ipython(
    prelude='from joblib import Memory\nmemory = Memory("kept", verbose=0)',
    decorator="@memory.cache",
    run="value = g(f(3))",
))
