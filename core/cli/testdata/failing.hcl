# Tests that fail, to show how that is told.

pbx { timezone = "Europe/Berlin" }

extension "desk" {
  for_each  = { anna = "101", ben = "102" }
  number    = each.value
  no_answer = reject("busy")
}

dialplan "internal" {
  from = [extension.desk]
  route "desk" {
    match = "{ext:10X}"
    to    = extension_number(match.ext)
  }
}

test "it rings" {
  call   = { on = extension.desk["anna"], to = "102" }
  expect = { path = [extension.desk["ben"]] }
}

test "nobody <answers> & it is \"busy\"" {
  call   = { on = extension.desk["anna"], to = "102" }
  given  = { "extension.desk[\"ben\"]" = "no_answer" }
  expect = { path = [extension.desk["anna"]], cause = "no_answer" }
}
