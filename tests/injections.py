"""A hundred texts that would run where a page read text as code."""

RAN = "Boolean(window.ran)"  # what each of them would set
DO = "window.ran=1"
_BARE = (
    f"<script>{DO}</script>", f"<img src=x onerror={DO}>", f"<svg onload={DO}>", f"<svg/onload={DO}>",
    f"<body onload={DO}>", f"<iframe srcdoc='<script>parent.{DO}</script>'></iframe>", f"<a href=javascript:{DO}>x</a>",
    f"javascript:{DO}", f"<details open ontoggle={DO}>x</details>", f"<video><source onerror={DO}></video>",
    f"<input autofocus onfocus={DO}>", f"<style>@import 'javascript:{DO}'</style>", f"<base href='javascript:{DO}//'>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={DO}>",
    f"<object data='data:text/html,<script>{DO}</script>'>", f"<link rel=stylesheet href='data:text/css,' onload={DO}>",
    f"${{{DO}}}", f"{{{{constructor.constructor('{DO}')()}}}}",
    f"';{DO};//", f"\\u003cscript\\u003e{DO}\\u003c/script\\u003e", f"__proto__={DO}", f"constructor[prototype]={DO}",
    f"=HYPERLINK(\"javascript:{DO}\")", f"</script><script>{DO}</script>", f"<!--<script>{DO}</script>-->",
)  # fmt: skip
_AROUND = ("{}", '">{}', "'>{}", "</title></textarea></style>{}")
INJECTIONS = [frame.format(text) for text in _BARE for frame in _AROUND]
