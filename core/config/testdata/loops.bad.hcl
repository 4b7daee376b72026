extension "x" {
  number    = "101"
  no_answer = group.a
}
group "a" {
  members = [extension.x]
  busy    = extension.y
}
extension "y" {
  number      = "102"
  unavailable = extension.x
}
