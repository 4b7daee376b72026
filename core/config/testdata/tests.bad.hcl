extension "a" { number = "101" }
extension "staff" {
  for_each = { ben = "102" }
  number   = each.value
}
trunk "t" { peer = "sip:t.example.net" }
group "g" { members = [extension.a] }
schedule "s" { open = ["Mon-Fri"] }
plugin "scribe" { path = "transcriber" }
dialplan "d" {
  from = [extension.a]
  route "r" {
    to = group.g
    tool "scribe" { use = plugin.scribe }
  }
}
locals { given = { "group.g" = "nobody" } }

test "nothing" {}
test "nothing" {}
test "empty" {
  call   = {}
  expect = {}
}
test "call" {
  call   = { on = group.g, to = 101, frm = "102", at = "tomorrow" }
  given  = { keys = "a" }
  expect = { path = [group.h, "group.g"], tools = [1, "scibe"], caller_id = 1, to = null, cause = "bussy", record = "no" }
}
test "given" {
  call = { on = extension.a, to = "102" }
  given = {
    "group.g"                = "no_anser"
    "group.h"                = "busy"
    "trunk.t"                = "999"
    "schedule.s"             = "close"
    "schedule.t"             = "open"
    "extension.staff"        = "busy"
    "extension.staff['ben']" = "busy"
    "a b"                    = "busy"
    "emergency"              = "busy"
    "extension.a"            = true
  }
  expect = { cause = "busy" }
}
test "from elsewhere" {
  call   = local.given
  given  = local.given
  expect = "busy"
}
test "places" {
  call   = { on = extension.a, to = "102" }
  expect = { path = [group.g, "group.g", trunk], tools = ["scribe", "scrib", null] }
}
test "more places" {
  call   = { on = extension.a, to = "102" }
  expect = { path = [group.g, "group.g"], tools = ["scribe", "scrib", null] }
}
