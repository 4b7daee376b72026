# Test blocks that fail, one for each message.

trunk "first" { peer = "sip:192.0.2.1" }
failover "all" { order = [trunk.first] }

extension "a" { number = "101" }
extension "b" { number = "102" }

group "team" { members = [extension.a, group.inner] }
group "inner" { members = [extension.b] }

menu "door" {
  prompt = say("Please choose.")
  key "1" { to = group.team }
}

schedule "day" { open = ["Mon-Fri 08:00-18:00"] }
schedule "night" { open = ["Mon-Fri 18:00-08:00"] }

dialplan "d" {
  from = [extension.a, extension.b, trunk.first]
  route "team" {
    match = "700"
    to    = group.team
  }
  route "door" {
    match = "701"
    to    = menu.door
  }
  route "day" {
    match = "702"
    when  = schedule.day.open
    to    = extension.a
  }
  route "hour" {
    match = "70X"
    when  = formatdate("hh", call.start) == "10" || schedule.night.open
    to    = extension.b
  }
  route "outside" {
    match = "+."
    to    = failover.all
  }
}

test "everything is otherwise" {
  call = { on = extension.a, to = "700" }
  expect = {
    path      = [extension.b]
    tools     = ["scribe"]
    caller_id = "+12125550100"
    to        = "+12125550101"
    cause     = "busy"
    record    = true
  }
}

test "something instead of nothing" {
  call   = { on = extension.a, to = "703" }
  given  = { "schedule.night" = "closed" }
  expect = { path = [], caller_id = "101" }
}

test "a schedule without a time" {
  call   = { on = extension.a, to = "702" }
  expect = { cause = "not_found" }
}

test "an hour without a time" {
  call   = { on = extension.a, to = "703" }
  given  = { "schedule.night" = "open" }
  expect = { path = [extension.b] }
}

test "given for nothing" {
  call = { on = extension.a, to = "700" }
  given = {
    keys           = "12"
    "trunk.first"  = "503"
    "failover.all" = "busy"
    "extension.b"  = "busy"
    "group.team"   = "no_answer"
    "group.inner"  = "busy"
    "schedule.day" = "open"
    "menu.door"    = "unavailable"
  }
  expect = { cause = "no_answer" }
}

test "keys that are left" {
  call   = { on = extension.a, to = "701" }
  given  = { keys = "1#" }
  expect = { path = [menu.door, group.team] }
}

plugin "scribe" { path = "transcriber" }

extension "noted" { number = "103" }

dialplan "noted" {
  from = [extension.noted]
  route "all" {
    to = extension.a
    tool "scribe" { use = plugin.scribe }
  }
}
