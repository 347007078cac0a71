namespace HubertSharp.Runs.Chunks;

internal static class ChunkFaults
{
    public static UserException Bad(double seconds, double overlap) =>
        UserException.Create("bad chunk", "--chunk-seconds", "longer than a frame and than twice the overlap",
            $"{seconds} s with {overlap} s of overlap");
}
