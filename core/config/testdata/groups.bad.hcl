group "a" { members = [group.b] }
group "b" { members = [group.c, extension.x] }
group "c" { members = [group.a] }
extension "x" { number = "101" }
