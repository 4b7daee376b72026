extension "a" {
  number      = 101
  name        = ["a"]
  max_devices = "many"
  ring        = 20
}
extension "b" {
  number      = "102"
  name        = "line\nbreak"
  max_devices = 1000
  ring        = "soon"
  secret      = "102"
}
extension "c" {
  number      = "10x"
  max_devices = 1.5
  ring        = "2h"
  secret      = "short"
  caller_id   = "anonymous"
}
extension "d" {
  number = "030 5550100"
  secret = "a\tb"
}
extension "e" {}
