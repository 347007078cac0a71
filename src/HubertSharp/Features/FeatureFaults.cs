using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Features;

internal static class FeatureFaults
{
    private const string DumpAnew = "dump the features anew with 'hubert features'";

    public static UserException Shard(string text) =>
        UserException.Create("no such shard", "--shard", "I/N with 0 <= I < N, such as 0/4", $"'{text}'");

    public static UserException Option(string name, string expected, string found) =>
        UserException.Create("bad value", name, expected, $"'{found}'");

    public static UserException CannotWrite(string path, Exception cause) => WriteFaults.Of(path, cause);

    public static UserException EmptyShard(string manifest, FeatureShard shard, int utterances) =>
        UserException.Create("this shard holds no utterance", manifest, $"at most {Counted.Of(utterances, "shard")}", shard.ToString(),
            "ask for fewer shards");

    public static UserException Missing(string folder, string split) =>
        UserException.Create($"no features of split '{split}'", folder, $"{split}_0_1.npy and {split}_0_1.len", "neither",
            "dump them with 'hubert features', or check --features and --split");

    public static UserException OtherManifest(string folder, string manifest, int expected, int found) =>
        UserException.Create("these are the features of another manifest", folder,
            $"{Counted.Of(expected, "utterance")} as in {manifest}", $"{found}", "give the features that were dumped from this manifest");

    public static UserException Incomplete(string folder, string split, FeatureShard missing) =>
        UserException.Create("a shard of the features is missing", folder,
            $"{split}_0_{missing.Count} to {split}_{missing.Count - 1}_{missing.Count}",
            $"no {split}_{missing.Rank}_{missing.Count}.npy", $"run 'hubert features ... --shard {missing}'");

    public static UserException Ambiguous(string folder, string split, string found) =>
        UserException.Create($"split '{split}' was dumped with several numbers of shards", folder, "one", found, "delete the old ones");

    public static UserException Record(string path, string found) =>
        UserException.Create("not a description of features", path, FeatureShardRecord.CurrentFormat, found, DumpAnew);

    public static UserException NoLengths(string path) =>
        UserException.Create("the lengths of the utterances are missing", path, next: DumpAnew);

    public static UserException Length(string path, int line, string found) =>
        UserException.Create("bad length", $"{path}:{line}", "a number of frames", $"'{found}'", DumpAnew);

    public static UserException LengthSum(string path, long frames, long rows) =>
        UserException.Create(
            "the lengths do not add up to the features", path, $"{Counted.Of(rows, "frame")} as in the .npy", $"{frames}", DumpAnew);

    public static UserException RecordDisagrees(string path, string expected, string found) =>
        UserException.Create("the description is of other features than those beside it", path, expected, found, DumpAnew);

    public static UserException ShardsDiffer(string path, string expected, string found) =>
        UserException.Create("the shards are of different features", path, expected, found, DumpAnew);

    public static UserException NotFinite(string source, long frame, float value) =>
        UserException.Create($"the features are not finite at frame {frame}", source, "numbers", $"{value}",
            "check the audio, or leave the file out");

    /// <summary>Sees that a recording's features are numbers.</summary>
    /// <param name="frames">[frames, dimensions].</param>
    /// <param name="dimensions">Of a frame.</param>
    /// <param name="source">The audio file, for the message.</param>
    /// <exception cref="UserException">NaN or infinity among them.</exception>
    public static void RequireFinite(ReadOnlySpan<float> frames, int dimensions, string source)
    {
        if (FiniteNumbers.IndexOfOther(frames) is >= 0 and var i)
            throw NotFinite(source, i / dimensions, frames[i]);
    }

    public static UserException TooShort(string source, long needed, long found, string next = "leave it out of the manifest") =>
        UserException.Create($"shorter than one {needed * 1000.0 / AudioFile.SampleRate:0.#} ms window", source,
            $"at least {Counted.Of(needed, "sample")}", $"{found}", next);

    public static UserException WrongSampleCount(string manifest, int line, string audio, long expected, long found) =>
        UserException.Create($"wrong sample count for {audio}{ManifestLengths.Cause(expected, found)}", $"{manifest}:{line}",
            $"{expected} as the manifest says", $"{found}",
            "write the manifest anew with 'hubert manifest'");

    public static UserException BadAudio(string manifest, int line, UserException cause) =>
        UserException.Create(cause.Message, $"{manifest}:{line}", cause: cause);
}
