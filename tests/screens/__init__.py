"""The window driven through a fixed story: for the screenshots, and for the tests of what a person sees."""
