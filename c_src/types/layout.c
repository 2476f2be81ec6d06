/* layout.c: where C compilers put the members of structs and unions. Pure C. */
#include "types/layout.h"

#include "base/size.h"

/* A place in the record. Counted in bytes and bits apart, so that no offset that fits becomes too large when counted in bits. */
typedef struct {
    ptrdiff_t byte;
    int bit; /* 0..7 */
} Place;

typedef struct {
    const LayoutOptions *options;
    Place next;          /* behind the last member */
    ptrdiff_t end;       /* bytes up to the end of the furthest member */
    int align;           /* of the record so far */
    ptrdiff_t unit_size; /* MSVC: bytes of the unit that is being filled with bit-fields; 0: none */
    int unit_used;       /* MSVC: bits of it that are taken */
} Layout;

/* ---- places ---- */

/* Moves `place` on to a whole byte that is a multiple of `align`. */
static bool place_align(Place *place, ptrdiff_t align)
{
    if (place->bit != 0 && !size_add(place->byte, 1, &place->byte))
        return false;
    place->bit = 0;
    return size_align(place->byte, align, &place->byte);
}

static bool place_advance(Place *place, int bits)
{
    int sum = place->bit + bits;
    place->bit = sum % 8;
    return size_add(place->byte, sum / 8, &place->byte);
}

/* Bits from the last multiple of `align` bytes to `place`. */
static int place_bits_into(const Place *place, int align)
{
    return (int)(place->byte % align) * 8 + place->bit;
}

/* ---- what all rules share ---- */

static int member_align(const Layout *layout, const LayoutMember *member)
{
    if (layout->options->packed)
        return 1;
    return layout->options->pack != 0 && layout->options->pack < member->align ? layout->options->pack : member->align;
}

static void raise_align(Layout *layout, int align)
{
    if (align > layout->align)
        layout->align = align;
}

/* Notes that the record reaches up to `place` at least. */
static bool reach(Layout *layout, Place place)
{
    ptrdiff_t end = place.byte;
    if (place.bit != 0 && !size_add(end, 1, &end))
        return false;
    if (end > layout->end)
        layout->end = end;
    return true;
}

static LayoutStatus place_member(Layout *layout, LayoutMember *member)
{
    int align = member_align(layout, member);
    Place end;
    layout->unit_size = 0;
    if (!place_align(&layout->next, align))
        return LAYOUT_TOO_LARGE;
    member->standard = layout->next.byte;
    member->offset = member->given >= 0 ? member->given : member->standard;
    member->shift = member->unit = 0;
    raise_align(layout, align);
    end = (Place){member->offset, 0};
    if (!size_add(end.byte, member->size, &end.byte) || !reach(layout, end))
        return LAYOUT_TOO_LARGE;
    layout->next = end;
    return LAYOUT_OK;
}

/* Records where a bit-field lies: `shift` bits, counted in the order of filling, into the unit at `offset`. */
static void set_bits(const Layout *layout, LayoutMember *member, ptrdiff_t offset, int shift)
{
    member->standard = member->offset = offset;
    member->unit = (int)member->size;
    member->shift = layout->options->big_endian_bits ? 8 * member->unit - shift - member->bits : shift;
}

/* ---- GCC ---- */

static bool gcc_zero_width(Layout *layout, const LayoutMember *member)
{
    int align = member_align(layout, member);
    if (layout->options->rules == LAYOUT_GCC_ARM)
        raise_align(layout, align);
    return place_align(&layout->next, align) && reach(layout, layout->next);
}

static LayoutStatus gcc_place_bits(Layout *layout, LayoutMember *member)
{
    int align = member_align(layout, member);
    int type_bits = 8 * (int)member->size;
    bool limited = layout->options->packed || layout->options->pack != 0; /* then only bits count, not units */
    if (member->bits == 0)
        return gcc_zero_width(layout, member) ? LAYOUT_OK : LAYOUT_TOO_LARGE;
    if (!limited && place_bits_into(&layout->next, align) + member->bits > type_bits && !place_align(&layout->next, align))
        return LAYOUT_TOO_LARGE;
    if (member->named || layout->options->rules == LAYOUT_GCC_ARM)
        raise_align(layout, align);
    /* With a limit, a unit that starts at a multiple of the alignment may be too short; then it starts at the field. */
    int shift = place_bits_into(&layout->next, align);
    if (shift + member->bits > type_bits)
        shift = layout->next.bit;
    if (shift + member->bits > type_bits && member->named)
        return LAYOUT_ACROSS;
    set_bits(layout, member, layout->next.byte - shift / 8, shift);
    return place_advance(&layout->next, member->bits) && reach(layout, layout->next) ? LAYOUT_OK : LAYOUT_TOO_LARGE;
}

/* ---- MSVC ---- */

static LayoutStatus msvc_place_bits(Layout *layout, LayoutMember *member)
{
    int align = member_align(layout, member);
    bool follows = layout->unit_size != 0; /* a bit-field that is not of width 0 comes before */
    if (member->bits == 0 && !follows && !layout->options->is_union)
        return LAYOUT_OK;
    if (member->bits == 0 || layout->unit_size != member->size || layout->unit_used + member->bits > 8 * (int)member->size) {
        if (!place_align(&layout->next, align))
            return LAYOUT_TOO_LARGE;
        layout->unit_size = member->bits == 0 ? 0 : member->size;
        layout->unit_used = 0;
        if (!layout->options->is_union)
            raise_align(layout, align);
        if (!size_add(layout->next.byte, layout->unit_size, &layout->next.byte) || !reach(layout, layout->next))
            return LAYOUT_TOO_LARGE;
    }
    set_bits(layout, member, layout->next.byte - member->size, layout->unit_used);
    layout->unit_used += member->bits;
    return LAYOUT_OK;
}

/* ---- the whole ---- */

/* Shortens the unit of a bit-field that would reach beyond the record, so that no access does. */
static bool narrow_unit(LayoutMember *member, ptrdiff_t record_size)
{
    int last; /* the bits of the unit, in the order of memory, that are needed */
    if (member->unit == 0 || !member->named || member->offset + member->unit <= record_size)
        return true;
    last = PLATFORM_BIG_ENDIAN ? 8 * member->unit - member->shift : member->shift + member->bits;
    int unit = (last + 7) / 8;
    if (PLATFORM_BIG_ENDIAN)
        member->shift -= 8 * (member->unit - unit);
    member->unit = unit;
    return member->offset + unit <= record_size;
}

static LayoutStatus layout_finish(Layout *layout, LayoutMember *members, size_t count, LayoutResult *result, size_t *bad)
{
    const LayoutOptions *options = layout->options;
    *bad = count == 0 ? 0 : count - 1;
    result->end = layout->end;
    result->standard_align = layout->align;
    result->align = options->align > 0 ? options->align : layout->align;
    if (!size_align(layout->end, layout->align, &result->standard_size))
        return LAYOUT_TOO_LARGE;
    result->size = result->standard_size;
    if (options->size >= 0)
        result->size = options->size;
    else if (!size_align(layout->end, result->align, &result->size))
        return LAYOUT_TOO_LARGE;
    if (result->size < layout->end)
        return LAYOUT_TOO_SMALL;
    for (*bad = 0; *bad < count; ++*bad) {
        if (!narrow_unit(&members[*bad], result->size))
            return LAYOUT_ACROSS;
    }
    return LAYOUT_OK;
}

LayoutStatus layout_compute(const LayoutOptions *options, LayoutMember *members, size_t count, LayoutResult *result, size_t *bad)
{
    Layout layout = {.options = options, .align = 1};
    LayoutStatus status = LAYOUT_OK;
    for (*bad = 0; *bad < count; ++*bad) {
        LayoutMember *member = &members[*bad];
        if (options->is_union) {
            layout.next = (Place){0, 0};
            layout.unit_size = 0;
        }
        if (member->bits < 0)
            status = place_member(&layout, member);
        else if (options->rules == LAYOUT_MSVC)
            status = msvc_place_bits(&layout, member);
        else
            status = gcc_place_bits(&layout, member);
        if (status != LAYOUT_OK)
            return status;
    }
    return layout_finish(&layout, members, count, result, bad);
}
