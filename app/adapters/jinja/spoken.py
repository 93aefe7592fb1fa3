"""Templates compiled once for each language: what a page says in it, and where its links lead, is then plain text.

A page says some forty things and names as many addresses of the shop and its files. Looked up at each rendering, they
cost more than everything else that is put into the page.
"""

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, cast

from jinja2 import Environment, Template, TemplateNotFound, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]


class SpokenEnvironment(Environment):
    """An environment whose templates belong to the language they were asked for in.

    Calls of `constant` globals with nothing but constants are worked out as a template is compiled; those of `said`
    are texts, which are ours and so no other people's mark-up.
    """

    language: Callable[[], str]
    constant: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    """Globals that do not ask for the page's context."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.code_generator_class = _Speaking
        self.quick_escape = _quick_escape
        self.call_plainly = _call_plainly
        self._spoken: dict[tuple[str, str], Template] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """All globals are there before the first template is read, so that each template may have them as a plain dict.

        The chain of dicts that stock templates look them up in costs a page of a dozen imports half a millisecond.
        """
        return {**self.globals, **(d or {})}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """As the stock method, which keeps one for all languages. Names are never relative here."""
        if isinstance(name, Template):
            return name
        key = self.language(), name
        template = self._spoken.get(key)
        if template is None or (self.auto_reload and not template.is_up_to_date):
            if self.loader is None:
                raise TemplateNotFound(name)
            template = self._spoken[key] = self.loader.load(self, name, self.make_globals(globals))
        return template

    def get_or_select_template(
        self,
        template_name_or_list: str | Template | Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        assert isinstance(template_name_or_list, str)
        return self.get_template(template_name_or_list, parent, globals)


class _Speaking(CodeGenerator):
    """Besides, what it makes escapes and calls in fewer steps, which a page takes hundreds of times."""

    environment: SpokenEnvironment
    _plain: frozenset[str] = frozenset()
    _modules: frozenset[str] = frozenset()

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        evaluated = EvalContext(self.environment, self.name)
        _Constants(self.environment, evaluated).visit(node)
        if evaluated.autoescape:  # elsewhere macros must be told that nothing is escaped
            self._plain = self.environment.plain | {macro.name for macro in node.find_all(nodes.Macro)}
            self._modules = frozenset(imported.target for imported in node.find_all(nodes.Import))
        super().visit_Template(node, frame)
        # Names of the module that is made; its functions look them up as they run.
        self.writeline("escape = environment.quick_escape")
        self.writeline("call_plainly = environment.call_plainly")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if forward_caller or not self._is_plain(node.node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("call_plainly(")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def _is_plain(self, called: nodes.Expr) -> bool:
        match called:
            case nodes.Name(name=name):
                return name in self._plain
            case nodes.Getattr(node=nodes.Name(name=name)):
                return name in self._modules
        return False


def _quick_escape(value: Any) -> str:
    """As markupsafe's, for what ends in a page anyway: a plain string need not become Markup."""
    kind = type(value)
    if kind is Markup:
        return cast(str, value)
    return _escape_inner(value) if kind is str else escape(value)


def _call_plainly(called: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """For functions that are known not to ask for the page's context."""
    return called(*args, **options)


class _Constants(NodeTransformer):
    def __init__(self, environment: SpokenEnvironment, evaluated: EvalContext) -> None:
        self._environment = environment
        self._evaluated = evaluated

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in self._environment.constant | self._environment.said or node.kwargs or node.dyn_kwargs:
            return node
        if node.dyn_args or not all(isinstance(arg, nodes.Const) for arg in node.args):
            return node
        arguments = [arg.as_const() for arg in node.args]
        if name in self._environment.said:
            value = self._environment.globals[name](self._evaluated, *arguments)  # type: ignore[operator]
        else:
            value = self._environment.globals[name](*arguments)  # type: ignore[operator]
        return nodes.Const(value, lineno=node.lineno)
