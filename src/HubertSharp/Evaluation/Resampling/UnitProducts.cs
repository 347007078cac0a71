namespace HubertSharp.Evaluation.Resampling;

/// <summary>
/// A mean over comparisons of up to three units, each of which weighs the product of how often its units were drawn: it never leaves the
/// range of what is compared, however few the units are.
/// </summary>
/// <param name="Units">The units.</param>
/// <param name="Parts">
/// What comparisons of the same units add above and below the line, and their units by number; the number of units itself stands for none.
/// </param>
internal sealed record UnitProducts(string[] Units, IReadOnlyList<(int First, int Second, int Third, double Above, double Below)> Parts)
    : UnitFigure
{
    public override IReadOnlyCollection<string> Names => Units;

    public override double Value => Parts.Sum(part => part.Above) / Parts.Sum(part => part.Below);

    public override Func<int[], double> Over(string[] units)
    {
        int[] places = [.. Units.Select(name => Array.BinarySearch(units, name, StringComparer.Ordinal))];
        return drawn =>
        {
            var counts = new double[Units.Length + 1];
            for (var unit = 0; unit < Units.Length; unit++)
                counts[unit] = drawn[places[unit]];
            counts[^1] = 1;
            var (above, below) = (0.0, 0.0);
            foreach (var part in Parts)
            {
                var weight = counts[part.First] * counts[part.Second] * counts[part.Third];
                above += weight * part.Above;
                below += weight * part.Below;
            }
            return above / below;
        };
    }
}
