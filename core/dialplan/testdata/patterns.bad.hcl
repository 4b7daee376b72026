extension "a" { number = "101" }
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = [
      "",
      "1[2",
      "1[]",
      "1[5-2]",
      "1[+-9]",
      "1[-5]",
      "1]",
      "{ext:1XX",
      "{ext}",
      "{1x:X}",
      "{a:X{b:X}}",
      "{a:X}{a:X}",
      "{a:}",
      "1}",
    ]
    to = echo()
  }
}
