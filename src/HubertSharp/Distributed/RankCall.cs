using System.Globalization;

namespace HubertSharp.Distributed;

/// <summary>A call of a rank to all others, as it stands in the rank's file of calls.</summary>
/// <param name="Number">From 1; the same call has the same number in all ranks.</param>
/// <param name="Kind">What it does: <see cref="Sum"/> and the others.</param>
/// <param name="Bytes">That this rank gave.</param>
/// <param name="Update">That it worked on.</param>
/// <param name="Begun">By the clock of its machine, UTC.</param>
/// <param name="Ended">Null while it waits.</param>
/// <param name="What">The work that the call was part of.</param>
internal sealed record RankCall(long Number, string Kind, long Bytes, long Update, DateTime Begun, DateTime? Ended, string What)
{
    public const string Join = "join", Gather = "gather", Sum = "sum", OrderedSum = "ordered sum", HandOut = "hand-out",
        ToFirst = "collection";

    /// <summary>Whether two ranks do the same by it: all give as much to a sum.</summary>
    public bool IsSameAs(RankCall other) => Kind == other.Kind && (Kind is not (Sum or OrderedSum or HandOut) || Bytes == other.Bytes);

    /// <summary>In words: <c>a sum of 26,214,400 bytes (sums gradients, update 31)</c>.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"{(Kind == OrderedSum ? "an" : "a")} {Kind} of {Bytes:N0} bytes ({Place})");

    private string Place => Update > 0 ? string.Create(CultureInfo.InvariantCulture, $"{What}, update {Update}") : What;
}
