"""The Jupyter project's own conformance suite for kernels, with every attribute it knows set.

Run by ``python -m unittest`` in an environment where ``jupyter_kernel_test`` is installed and the kernelspec ``flowlet``
can be found.
"""
import unittest

import jupyter_kernel_test
from jupyter_kernel_test.msgspec_v5 import schema_fragments

KERNEL = "flowlet"

# Published, but unknown to the suite's schemas: protocol 5.4.
schema_fragments.setdefault("iopub_welcome", {"properties": {"subscription": {"type": "string"}}})

# The suite skips what a kernel does not claim to do; this one claims everything, so a skipped test is a failed one.
jupyter_kernel_test.SkipTest = AssertionError


class FlowletKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('an error')"

    completion_samples = [
        {"text": "JSON.str", "matches": {"stringify"}},
        {"text": "const answer: string = ''; answer.trimSt", "matches": {"trimStart"}},
    ]

    complete_code_samples = ["1", "const a: number = 1", "function f(x: number) {\n  return x;\n}", "for (const x of [1]) {\n}"]
    incomplete_code_samples = ["function f(x: number) {", "[1, 2,", "const text = `a", "if (true) {\n  1;"]
    invalid_code_samples = ["const = 1", "1 +* 2", "let x: = 3", "}"]

    code_page_something = "display.page('something to read')"
    code_generate_error = "throw new Error('as expected')"

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>bold</b>' }) })", "result": "<b>bold</b>", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "display.html('<b>bold</b>')", "mime": "text/html"},
        {"code": "display.png(new Uint8Array([137, 80, 78, 71]))", "mime": "image/png"},
        {"code": "display({ a: 1 })", "mime": "text/plain"},
    ]

    code_history_pattern = "6 [*]*"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "parseInt"
    code_clear_output = "display.clear()"


class FlowletWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
