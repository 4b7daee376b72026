extension "a" { number = "101" }
extension "set" {
  for_each = { x = "102", y = "101" }
  number   = each.value
}
group "g" {
  number  = "102"
  members = [extension.a]
}
conference "c" { number = "102" }
