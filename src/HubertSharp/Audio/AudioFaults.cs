using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Audio;

/// <summary>The wording of everything that can be wrong with an audio file.</summary>
internal static class AudioFaults
{
    private const string CheckFile = "replace the file or leave it out";

    public static UserException Missing(string path) => Missing(path, "check the path");

    public static UserException MissingOfManifest(string path) => Missing(path, "check the root folder on the manifest's first line");

    public static UserException ArchiveMissing(string archive) =>
        ReadFaults.Missing(archive, "archive", next: "check the root folder on the manifest's first line");

    public static UserException OutsideArchive(string path, long expected, long found) =>
        UserException.Create("the recording lies outside its archive", path, $"an end within the archive's {expected} bytes", $"{found}",
            "write the manifest anew for this archive");

    public static UserException LargeInArchive(string path, long most, long found) =>
        UserException.Create("the recording within the archive is too large", path, $"at most {most} bytes", $"{found}",
            "take it out of the archive");

    public static UserException EntryHeader(string path) =>
        UserException.Create("the offset is that of a zip entry's header", path, "that of the recording's first byte", "'PK' and a name",
            "add 30 bytes and the lengths of the name and of the extra field to the offset");

    public static UserException TarHeader(string path) =>
        UserException.Create("the offset is that of a tar entry's header", path, "that of the recording's first byte", "'ustar' and a name",
            "add 512 bytes to the offset");

    public static UserException CannotOpen(string path, string reason) =>
        UserException.Create("cannot open the audio file", path, found: reason, next: "check the path and its permissions");

    public static UserException Empty(string path) =>
        UserException.Create("the file is empty", path, expected: "audio", found: "0 bytes", next: CheckFile);

    public static UserException NoSamples(string path) =>
        UserException.Create("the file holds no audio samples", path, next: CheckFile);

    public static UserException NotAudio(string path, string reason) => ArchiveSlice.Of(path) is null
        ? UserException.Create("not an audio file that libsndfile or ffmpeg can read", path, found: reason, next: CheckFile)
        : UserException.Create("no audio at this place in the archive", path, found: reason,
            next: "check offset and length, and that a zip was packed without compression (zip -0)");

    public static UserException Damaged(string path, string reason) =>
        UserException.Create("the audio is damaged or cut short", path, found: reason, next: CheckFile);

    public static UserException PagesMissing(string path, long at, uint expected, uint found) =>
        UserException.Create("pages are missing", path, $"page {expected} of the stream at byte {at}", $"page {found}", CheckFile);

    public static UserException FramesMissing(string path, long at, bool isVariable, long expected, long found) =>
        UserException.Create(
            "frames are missing", path, $"{(isVariable ? "sample" : "frame")} {expected} at byte {at}", $"{found}", CheckFile);

    public static UserException SeveralRecordings(string path, long at) =>
        UserException.Create("recordings lie one behind the other", path, "one", $"another from byte {at} on",
            "write them as one, for example with 'ffmpeg -i IN OUT.flac'");

    public static UserException NoEnd(string path, long at) =>
        UserException.Create("the file is cut short, or its recorder was stopped", path,
            $"a last page marked as the end of the stream before byte {at}", "none",
            "when it is whole, write the mark with 'ffmpeg -i IN -c copy OUT.ogg'; else replace the file or leave it out");

    public static UserException CutShort(string path, string promised, string found) =>
        UserException.Create("the file is cut short or its header lies", path, promised, found, CheckFile);

    public static UserException HeaderLies(string path, string promised, string found) =>
        UserException.Create("the header's length is wrong", path, promised, found,
            "write the file anew, for example with 'ffmpeg -i IN OUT.flac'");

    public static UserException SampleRate(string path, int rate) =>
        UserException.Create("unusable sample rate", path, "1000 to 768000 Hz", $"{rate} Hz", CheckFile);

    public static UserException NoChannel(string path, int channel, int channels) =>
        UserException.Create("the recording does not have this channel", path,
            channels == 1 ? "channel 0" : $"a channel from 0 to {channels - 1}", $"{channel}",
            "mend the list, or leave its channels out: all of them are mixed then");

    public static UserException Channels(string path, int channels) =>
        UserException.Create("unusable number of channels", path, "1 to 64", $"{channels}", CheckFile);

    public static UserException NotFinite(string path, long frame, float value) =>
        UserException.Create("a sample is not a number", path, "finite samples", $"{value} at sample {frame}", CheckFile);

    public static UserException OutOfRange(string path, float peak) =>
        UserException.Create("the samples are out of scale", path, "values in [-1, 1]", $"a peak of {peak:G4}",
            "divide by the full scale, for example 32768, and write the file anew");

    public static UserException TooLong(string path, int hours) =>
        UserException.Create("the audio is too long", path, $"at most {Counted.Of(hours, "hour")}", "more", "cut it into utterances");

    public static UserException EndsEarly(string path, long expected, long found) =>
        UserException.Create("wrong sample count", path, $"at least {Counted.Of(expected, "sample")} at 16 kHz", $"{found}",
            "write the manifest anew with 'hubert manifest'");

    public static UserException CannotWrite(string path, string reason) =>
        UserException.Create("cannot write the audio file", path, found: reason, next: "free space or choose another folder");

    public static UserException FormatOfName(string path) =>
        UserException.Create("cannot write this kind of audio file", path, "a name ending in .wav or .flac", Path.GetExtension(path),
            "choose another name");

    public static UserException LibraryMissing(string library, string package, Exception cause) =>
        UserException.Create($"the library {library} cannot be loaded", next: $"install it with 'apt-get install {package}'", cause: cause);

    public static UserException FfmpegMissing(string path) =>
        UserException.Create("the program ffmpeg, which this format needs, cannot be started", path,
            next: "install it with 'apt-get install ffmpeg'");

    public static UserException FfmpegStuck(string path, int seconds) =>
        UserException.Create("ffmpeg gave no audio in time", path, found: $"nothing for {seconds} s", next: CheckFile);

    private static UserException Missing(string path, string next) => path.Contains('\uFFFD')
        ? UserException.Create("no such audio file", path, "a name in UTF-8", "bytes of another encoding (shown as \uFFFD)",
            "rename the file, for example with 'convmv', and write the manifest anew with 'hubert manifest'")
        : ReadFaults.Missing(path, "audio file", next: next);
}
