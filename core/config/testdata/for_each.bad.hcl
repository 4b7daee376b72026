variable "people" {
  default   = { "anna-secret" = "1" }
  sensitive = true
}
extension "a" {
  for_each = 5
  number   = "101"
}
extension "b" {
  for_each = ["x", 1]
  number   = "101"
}
extension "c" {
  for_each = ["x", "x"]
  number   = "101"
}
extension "d" {
  for_each = ["x/y"]
  number   = "101"
}
extension "e" {
  for_each = var.people
  number   = "101"
}
extension "f" {
  for_each = { k = "101" }
  number   = each.valu
}
