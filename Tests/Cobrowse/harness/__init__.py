"""What the tests of the live session share: servers, a browser with two sides, steps, comparison of pictures."""
