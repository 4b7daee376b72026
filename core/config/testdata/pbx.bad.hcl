pbx {
  timezone     = "Europe/Berlinn"
  country      = "de"
  short_digits = 99
  data_dir     = ["data"]
  language     = "de"
}
