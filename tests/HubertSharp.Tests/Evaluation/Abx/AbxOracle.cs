namespace HubertSharp.Tests.Evaluation.Abx;

/// <summary>ABX in plain loops and double precision, as the definition reads; shares no line with the program's own.</summary>
internal static class AbxOracle
{
    public sealed record Token(string Utterance, string Speaker, string Phone, string Context, double[][] Frames);

    /// <summary>The error of every cell.</summary>
    public static Dictionary<(string Speaker, string A, string B, string Context, string SpeakerOfX), double> Cells(
        IReadOnlyList<Token> tokens, bool within, Func<double[], double[], double> distance) =>
        Sums(tokens, within, distance).ToDictionary(s => s.Key, s => s.Value.Wrong / s.Value.All);

    /// <summary>The wrong triples and all of every cell, where each weighs the product of its utterances' weights.</summary>
    public static Dictionary<(string Speaker, string A, string B, string Context, string SpeakerOfX), (double Wrong, double All)> Sums(
        IReadOnlyList<Token> tokens, bool within, Func<double[], double[], double> distance, Func<string, double>? weight = null)
    {
        weight ??= _ => 1;
        var apart = new double[tokens.Count, tokens.Count];
        for (var i = 0; i < tokens.Count; i++)
        {
            for (var j = 0; j < tokens.Count; j++)
            {
                // of one group the distance is taken from the earlier to the later token
                var (x, y) = within && j < i && SameGroup(tokens[i], tokens[j]) ? (j, i) : (i, j);
                apart[i, j] = Warp(tokens[x].Frames, tokens[y].Frames, distance);
            }
        }
        var sums = new Dictionary<(string, string, string, string, string), (double Wrong, double All)>();
        for (var x = 0; x < tokens.Count; x++)
        {
            for (var a = 0; a < tokens.Count; a++)
            {
                if (x == a || tokens[a].Phone != tokens[x].Phone || tokens[a].Context != tokens[x].Context
                    || within != (tokens[a].Speaker == tokens[x].Speaker))
                    continue;
                for (var b = 0; b < tokens.Count; b++)
                {
                    if (tokens[b].Phone == tokens[a].Phone
                        || tokens[b].Context != tokens[a].Context
                        || tokens[b].Speaker != tokens[a].Speaker)
                        continue;
                    var key = (tokens[a].Speaker, tokens[a].Phone, tokens[b].Phone, tokens[a].Context, tokens[x].Speaker);
                    var (wrong, all) = sums.GetValueOrDefault(key);
                    var one = weight(tokens[x].Utterance) * weight(tokens[a].Utterance) * weight(tokens[b].Utterance);
                    var (toA, toB) = ((float)apart[x, a], (float)apart[x, b]);
                    sums[key] = (wrong + (one * (toA < toB ? 0 : toA > toB ? 1 : 0.5)), all + one);
                }
            }
        }
        return sums;
    }

    /// <summary>Mean over contexts and speakers of X, then speakers, then pairs.</summary>
    public static double Score(Dictionary<(string Speaker, string A, string B, string Context, string SpeakerOfX), double> cells) =>
        cells.GroupBy(c => (c.Key.A, c.Key.B)).Select(pair =>
            pair.GroupBy(c => c.Key.Speaker).Select(speaker => speaker.Average(c => c.Value)).Average()).Average();

    public static double Angle(double[] x, double[] y)
    {
        var (xx, yy) = (Math.Sqrt(x.Sum(v => v * v)), Math.Sqrt(y.Sum(v => v * v)));
        if (xx == 0 || yy == 0)
            return xx == yy ? 0 : 1;
        var cosine = x.Zip(y, (a, b) => a / xx * (b / yy)).Sum();
        if (cosine > 0.9999)
            return 2 * Math.Asin(Math.Sqrt(x.Zip(y, (a, b) => ((a / xx) - (b / yy)) * ((a / xx) - (b / yy))).Sum()) / 2) / Math.PI;
        return Math.Acos(Math.Clamp(cosine, -1, 1)) / Math.PI;
    }

    public static double Euclid(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());

    /// <summary>The best path's cost over its length; the path is walked back from the end.</summary>
    private static double Warp(double[][] x, double[][] y, Func<double[], double[], double> distance)
    {
        var cost = new double[x.Length, y.Length];
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < y.Length; j++)
            {
                var before = i == 0 && j == 0 ? 0 : double.PositiveInfinity;
                if (i > 0)
                    before = Math.Min(before, cost[i - 1, j]);
                if (j > 0)
                    before = Math.Min(before, cost[i, j - 1]);
                if (i > 0 && j > 0)
                    before = Math.Min(before, cost[i - 1, j - 1]);
                cost[i, j] = before + distance(x[i], y[j]);
            }
        }
        var (row, column, length) = (x.Length - 1, y.Length - 1, 1);
        for (; row > 0 || column > 0; length++)
        {
            if (row == 0)
                column--;
            else if (column == 0)
                row--;
            else if (cost[row - 1, column - 1] <= cost[row, column - 1] && cost[row - 1, column - 1] <= cost[row - 1, column])
                (row, column) = (row - 1, column - 1);
            else if (cost[row, column - 1] <= cost[row - 1, column])
                column--;
            else
                row--;
        }
        return cost[x.Length - 1, y.Length - 1] / length;
    }

    private static bool SameGroup(Token a, Token b) => (a.Speaker, a.Phone, a.Context) == (b.Speaker, b.Phone, b.Context);
}
