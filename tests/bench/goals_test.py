#!/usr/bin/env python3
"""The medians of tests/bench/theft, and the goals beside them."""

import contextlib
import io
import math
import sys
import unittest

sys.dont_write_bytecode = True
import goals  # noqa: E402


def theft(after, rated=None):
    return {"after": after, "after_first_rated": rated}


class MedianTime(unittest.TestCase):
    def test_counts_a_thief_who_was_never_reported_as_the_slowest(self):
        some = [theft(20, 10), theft(None), theft(40, 30), theft(None)]
        self.assertEqual(goals.median_time(some, "after"), math.inf)
        self.assertEqual(goals.median_time(some[:3], "after"), 40)
        self.assertEqual(goals.median_time(some[:3], "after_first_rated"), 30)

    def test_leaves_out_those_who_were_reported_without_any_price(self):
        self.assertEqual(goals.median_time([theft(20, 10), theft(30)], "after_first_rated"), 10)
        self.assertIsNone(goals.median_time([theft(20), theft(None)], "after_first_rated"))
        self.assertIsNone(goals.median_time([], "after"))

    def test_is_said_in_words(self):
        self.assertEqual([goals.seconds(time) for time in (12.4, math.inf, None)], ["12 s", "never", "-"])


class Goals(unittest.TestCase):
    def test_are_missed_by_thieves_of_whom_half_were_never_reported(self):
        burst = goals.median_time([theft(20, 10), theft(None)], "after_first_rated")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            goals.show_thefts(burst, 10, 5, 0)
        self.assertIn("| never | 180 s | **missed** |", said.getvalue())
        self.assertEqual(said.getvalue().count("| met |"), 3)


if __name__ == "__main__":
    unittest.main()
