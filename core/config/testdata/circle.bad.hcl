locals {
  a = local.b
  b = "${local.c}!"
  c = upper(local.a)
}
extension "a" {
  number = "101"
  name   = extension.b.name
}
extension "b" {
  number = "102"
  name   = "not ${extension.a.name}"
}
extension "set" {
  for_each = { for k, v in extension.set : k => v }
  number   = each.value
}
