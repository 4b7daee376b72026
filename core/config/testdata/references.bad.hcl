extension "anna" { number = "101" }
extension "staff" {
  for_each = { ben = "102", cem = "103" }
  number   = each.value
}
conference "daily" { number = "800" }
group "office" {
  members = [
    extension.ana,
    extension.staff["bem"],
    extension.staff.number,
    extension.daily,
    extension.anna.busy,
    extension.anna.numbr,
    extension.anna["x"],
    group.other,
    trunk.first,
    grup.x,
    anna,
    something,
    extension,
    voicemail.office,
    park.x,
    each.key,
    call.from.number,
    var.x,
    local.x,
    local,
  ]
}
plugin "scribe" { path = "transcriber" }
group "b" {
  members   = [extension.anna]
  no_answer = plugin.scribe.path
  busy      = plugin.scribe
}
