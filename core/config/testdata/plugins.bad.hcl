plugin "none" {}
plugin "sum" {
  path   = "leg-rtp"
  sha256 = "abc"
  args   = [1]
  env    = { A = 1 }
  config {
    a = 1
    a {}
    b "x" "y" {}
    c = var.unknown
    d = [{ who = echo() }]
  }
}
plugin "env" {
  path = "leg-rtp"
  env  = ["A=1"]
  config = {}
}
