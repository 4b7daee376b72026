extension "anna" {
  number      = "101"
  no_answer   = "office"
  busy        = "700"
  unavailable = 5
}
extension "ben" {
  number      = "102"
  no_answer   = extension.staff
  busy        = "staff"
  unavailable = "group.offise"
}
extension "staff" {
  for_each = ["eve", "fay"]
  number   = each.key == "eve" ? "111" : "112"
}
conference "daily" { number = "800" }
trunk "first" { peer = "sip:192.0.2.1" }
group "office" {
  number   = "700"
  members  = [conference.daily, trunk.first, "anna", extension.anna, extension.anna]
  strategy = "random"
}
group "empty" { members = [] }
group "none" {
  strategy = "al"
}
