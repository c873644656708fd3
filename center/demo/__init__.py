"""The demo center: Daegu's, as the press release of 2021-05-25 describes it, with invented
businesses. Made from a fixed seed; the past ends now."""
