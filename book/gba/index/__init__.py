"""The index of chapter 5: `composite` is the arithmetic, `scorecard` the figures that go in, `answer` what it says, `charts` and `sliders` how it is shown."""
