using System.Globalization;

namespace HubertSharp.Runs.Chunks;

internal static class ChunkFaults
{
    public static UserException Seconds(double most, double found) =>
        UserException.Create("bad value", "--chunk-seconds", $"a number above 0 and at most {most:#,0}", Text(found));

    public static UserException Overlap(double found) =>
        UserException.Create("bad value", "--overlap-seconds", "a number from 0 on", Text(found));

    public static UserException Bad(double seconds, double overlap) =>
        UserException.Create("bad chunk", "--chunk-seconds", "longer than a frame and than twice the overlap",
            $"{Text(seconds)} s with {Text(overlap)} s of overlap");

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
