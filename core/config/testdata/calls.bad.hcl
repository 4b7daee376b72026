extension "a" {
  number = "101"
  busy   = reject("bussy")
  no_answer = say("hello")
  unavailable = extension_number("102")
  name   = extension_number("101").name
}
extension "b" {
  number = "103"
  busy = ekho()
  no_answer = echo(1)
  caller_id = e164("12")
}
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = re("(")
    to = echo()
  }
}
