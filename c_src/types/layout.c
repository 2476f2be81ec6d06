/* layout.c: where C compilers put the members of structs and unions. Pure C. */
#include "types/layout.h"

#include "base/size.h"

/* A place in the record. Counted in bytes and bits apart, so that no offset that fits becomes too large when counted
 * in bits. */
typedef struct {
    ptrdiff_t byte;
    int bit; /* 0..7 */
} Place;

typedef struct {
    const LayoutOptions *options;
    Place next;          /* behind the last member */
    ptrdiff_t end;       /* bytes up to the end of the furthest member */
    int align;           /* of the record so far */
    ptrdiff_t unit_size; /* MSVC: bytes of the unit that the last member, a bit-field, lies in; 0: no such */
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
    member->shift = 0;
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
    member->shift = layout->options->big_endian_bits ? 8 * (int)member->size - shift - member->bits : shift;
}

/* ---- GCC ---- */

/* The next member starts at a multiple of the type's own alignment, however packed. */
static bool gcc_zero_width(Layout *layout, const LayoutMember *member)
{
    if (layout->options->rules == LAYOUT_GCC_ARM)
        raise_align(layout, member->align);
    return place_align(&layout->next, member->align) && reach(layout, layout->next);
}

static LayoutStatus gcc_place_bits(Layout *layout, LayoutMember *member)
{
    int align = member_align(layout, member);
    int type_bits = 8 * (int)member->size;
    bool limited = layout->options->packed || layout->options->pack != 0; /* then only bits count, not units */
    if (member->bits == 0)
        return gcc_zero_width(layout, member) ? LAYOUT_OK : LAYOUT_TOO_LARGE;
    if (!limited && place_bits_into(&layout->next, align) + member->bits > type_bits &&
        !place_align(&layout->next, align))
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

/* Starts a unit of the member's type; bit-fields do not count for the alignment of a union. */
static bool msvc_start_unit(Layout *layout, const LayoutMember *member)
{
    int align = member_align(layout, member);
    if (!layout->options->is_union)
        raise_align(layout, align);
    if (!place_align(&layout->next, align))
        return false;
    layout->unit_size = member->size;
    layout->unit_used = 0;
    return size_add(layout->next.byte, member->size, &layout->next.byte) && reach(layout, layout->next);
}

/* Counts only behind another bit-field: a struct goes on at a multiple of the alignment, a union gets room for the
 * type. */
static bool msvc_zero_width(Layout *layout, const LayoutMember *member)
{
    bool follows = layout->unit_size != 0;
    layout->unit_size = 0;
    if (!follows)
        return true;
    if (layout->options->is_union)
        return reach(layout, (Place){member->size, 0});
    raise_align(layout, member_align(layout, member));
    return place_align(&layout->next, member_align(layout, member)) && reach(layout, layout->next);
}

static LayoutStatus msvc_place_bits(Layout *layout, LayoutMember *member)
{
    if (member->bits == 0)
        return msvc_zero_width(layout, member) ? LAYOUT_OK : LAYOUT_TOO_LARGE;
    bool fits = layout->unit_size == member->size && layout->unit_used + member->bits <= 8 * (int)member->size;
    if ((layout->options->is_union || !fits) && !msvc_start_unit(layout, member))
        return LAYOUT_TOO_LARGE;
    set_bits(layout, member, layout->next.byte - member->size, layout->unit_used);
    layout->unit_used += member->bits;
    return LAYOUT_OK;
}

/* ---- the whole ---- */

static LayoutStatus layout_finish(const Layout *layout, LayoutResult *result)
{
    const LayoutOptions *options = layout->options;
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
    return result->size < layout->end ? LAYOUT_TOO_SMALL : LAYOUT_OK;
}

LayoutStatus layout_compute(const LayoutOptions *options, LayoutMember *members, size_t count, LayoutResult *result,
                            size_t *bad)
{
    Layout layout = {.options = options, .align = options->least_align > 1 ? options->least_align : 1};
    LayoutStatus status = LAYOUT_OK;
    for (*bad = 0; *bad < count; ++*bad) {
        LayoutMember *member = &members[*bad];
        if (options->is_union)
            layout.next = (Place){0, 0};
        if (member->bits < 0)
            status = place_member(&layout, member);
        else if (options->rules == LAYOUT_MSVC)
            status = msvc_place_bits(&layout, member);
        else
            status = gcc_place_bits(&layout, member);
        if (status != LAYOUT_OK)
            return status;
    }
    *bad = count == 0 ? 0 : count - 1;
    return layout_finish(&layout, result);
}
