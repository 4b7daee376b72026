extension "x" { number = "101" }
test "call for help" {
  call   = { on = extension.x, to = "112" }
  expect = { path = [emergency] }
}
