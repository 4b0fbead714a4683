"""The words of `telling` as the kernel hears them, and its world: one pointer to a row of arrays, because a tuple of
twenty arrays copied at every call made a week four times slower. No other file but `telling` knows Numba."""

from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numba import extending, types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global
from numba.core.typing.templates import signature as signature_of
from numba.np.arrayobj import make_array

from sim.program import telling
from sim.program.chance import address, philox_of_words


class World(NamedTuple):
    """The program's arrays of records under the names that the Mesa model has as well."""

    women: Any
    followed: Any
    goals: Any
    links: Any
    ties: Any
    team: Any
    peers: Any
    services: Any
    drop_in: Any
    doors: Any
    openings: Any
    least_waits: Any
    p: Any
    plan: Any
    timeline: Any
    log: Any
    posts: Any
    seed_of_luck: int
    replication: int
    week: int


class WorldType(types.Type):
    """A pointer to a World that stands on the kernel's stack and outlives every call made with it."""

    def __init__(self, row: types.NamedTuple) -> None:
        self.row = row
        super().__init__(name=f"World({crc32(str(row).encode()):x})")

    @property
    def key(self) -> Any:
        return self.row


@extending.register_model(WorldType)
class WorldModel(extending.models.OpaqueModel):
    """Nothing but the pointer."""


@extending.intrinsic
def lay_out_world(typing_context, row):
    """Put a World on the stack and point to it. The arrays stay the caller's: no references are counted."""

    def place(context, builder, signature, arguments):
        whole = arguments[0]
        for i, kind in enumerate(row.types):
            if isinstance(kind, types.Array):
                array = make_array(kind)(context, builder, value=builder.extract_value(whole, i))
                array.meminfo = cgutils.get_null_value(array.meminfo.type)
                whole = builder.insert_value(whole, array._getvalue(), i)
        return builder.bitcast(cgutils.alloca_once_value(builder, whole), cgutils.voidptr_t)

    return WorldType(row)(row), place


@extending.infer_getattr
class WorldAttributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, world, name):  # type: ignore[override]
        return world.row[world.row.fields.index(name)] if name in world.row.fields else None


@extending.lower_getattr_generic(WorldType)
def read_attribute(context, builder, world, pointer, name):
    row = builder.bitcast(pointer, context.get_value_type(world.row).as_pointer())
    return builder.load(cgutils.gep_inbounds(builder, row, 0, world.row.fields.index(name)))


@extending.overload(telling.each)
def each_in_turn(everyone, act, program):
    def loop(everyone, act, program):
        for i in range(len(everyone)):
            act(everyone[i], program)

    return loop


@extending.overload(telling.together)
def all_at_once(act, program):
    return lambda act, program: act(program)


@infer_global(telling.tell)
class Unheard(AbstractTemplate):
    """In the kernel nothing is told: replay that one replication in Mesa to read its events."""

    def generic(self, arguments, keywords):
        return signature_of(types.none, *arguments)


@extending.lower_builtin(telling.tell, types.VarArg(types.Any))
def say_nothing(context, builder, signature, arguments):
    return context.get_dummy_value()


@infer_global(telling.total)
class Total(AbstractTemplate):
    """A sum of reasons, written out: a loop compiled for each kind of decision took twice as long to compile."""

    def generic(self, arguments, keywords):
        return signature_of(types.float64, *arguments)


@extending.lower_builtin(telling.total, types.BaseTuple)
def add_up(context, builder, signature, arguments):
    odds = context.get_constant(types.float64, 0.0)
    for size, kind in zip(cgutils.unpack_tuple(builder, arguments[0]), signature.args[0].types, strict=True):
        odds = builder.fadd(odds, context.cast(builder, size, kind, types.float64))
    return odds


_philox, _address = extending.register_jitable(philox_of_words), extending.register_jitable(address)


@extending.overload(telling.block)
def block(seed, replication, kind, number, week, decision, other):
    def draw(seed, replication, kind, number, week, decision, other):
        who, when, what, which = _address(kind, number, week, decision, other)
        return _philox(
            np.uint64(who), np.uint64(when), np.uint64(what), np.uint64(which), np.uint64(seed), np.uint64(replication)
        )

    return draw
