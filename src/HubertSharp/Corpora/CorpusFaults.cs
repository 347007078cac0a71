using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>The wording of everything that can go wrong while a corpus or manifest is made.</summary>
internal static class CorpusFaults
{
    public static UserException UnknownCorpus(string name, IEnumerable<string> known) =>
        UserException.Create("no such corpus", name, string.Join(" or ", known), next: "see 'hubert corpus get --help'");

    public static UserException NoSuchLanguage(string language, IEnumerable<string> known) =>
        UserException.Create("the packages have no voice of this language", $"--languages {language}", string.Join(", ", known),
            next: "leave it out");

    public static UserException FolderInUse(string folder, string name) =>
        UserException.Create("the output folder holds something else", folder, "an empty folder or a corpus made by this command", name,
            "choose another --out");

    public static UserException ProgramMissing(string program, string package) =>
        UserException.Create($"the program {program} cannot be started", next: $"install it with 'apt-get install {package}'");

    public static UserException NoApt(string folder, IEnumerable<string> packages) =>
        UserException.Create("the program apt-get cannot be started: this corpus comes from Debian packages",
            next: $"on another system put the .deb files of {string.Join(", ", packages)} into {folder}");

    public static UserException NoPackage(string reason) =>
        UserException.Create("apt does not know the speech packages", found: reason, next: "run 'apt-get update' as root and try again");

    public static UserException DownloadFailed(string folder, string reason) =>
        UserException.Create("the speech packages cannot be downloaded", found: reason,
            next: $"check the network, or put the .deb files into {folder}");

    public static UserException PackageDamaged(string file, string reason) =>
        UserException.Create("the package cannot be unpacked", file, found: reason, next: "delete it and run the command again");

    public static UserException PackageLacks(string folder, string what) =>
        UserException.Create($"the packages hold no {what}", folder, next: "delete this folder and run the command again");

    public static UserException DecodingFailed(string folder, string reason) =>
        UserException.Create("ffmpeg cannot decode the prompts", folder, found: reason,
            next: "delete this folder and run the command again");

    public static UserException NotAllDecoded(string file, long expected, long found) =>
        UserException.Create("ffmpeg did not decode all of the prompt", file, $"{Counted.Of(expected, "byte")}", $"{found}",
            "free space on the disk and run the command again");

    public static UserException EspeakMissing(string what) =>
        UserException.Create($"{what} cannot be loaded", next: "install it with 'apt-get install espeak-ng'");

    public static UserException EspeakVoice(string voice) =>
        UserException.Create($"espeak-ng has no voice '{voice}'", next: "install its data with 'apt-get install espeak-ng-data'");

    public static UserException TooFewMinutes(double minutes) =>
        UserException.Create("too little speech", "--minutes", "at least 0.5", $"{minutes}", "ask for more");

    public static UserException NoRoom(string folder, double minutes, double bytes, long free) =>
        UserException.Create("the disk has no room for that much speech", folder,
            $"about {bytes / (1 << 30):#,##0.0} GiB for {minutes:#,##0.#} minutes", $"{free / (double)(1 << 30):#,##0.0} GiB free",
            "ask for fewer --minutes, or choose another --out");

    public static UserException NoFolder(string folder) => folder.Contains('\uFFFD')
        ? NameNotUtf8(folder + "/")
        : File.Exists(folder)
            ? UserException.Create("this is a file", folder, "the folder that holds the audio files", "a file", "give its folder")
            : UserException.Create("no such folder", folder, next: "give the folder that holds the audio files");

    public static UserException NoAudioFound(string folder, string extensions) =>
        UserException.Create("no audio file in this folder", folder, $"files ending in {extensions}", "none",
            "name other endings with --ext");

    public static UserException NothingReadable(string folder, int skipped, string firstReason) =>
        UserException.Create("no audio file in this folder can be used", folder, found: $"{skipped} skipped; the first: {firstReason}",
            next: "check the files");

    public static UserException Strict(int skipped, string firstReason) =>
        UserException.Create($"{Counted.Of(skipped, "file")} cannot be used", found: firstReason,
            next: "repair them, or leave out --strict to skip them");

    public static UserException UnknownFormat(string format, IEnumerable<string> known) =>
        UserException.Create("no such corpus format", $"--format {format}", string.Join(", ", known), next: "choose one of them");

    /// <summary>Why a file is left out of a manifest, and what to do with it.</summary>
    public static string TooShort(long lengthSamples, long shortestSamples) =>
        UserException.Create("too short", null, $"at least {Counted.Of(shortestSamples, "sample")} at 16 kHz", $"{lengthSamples}",
            "join it with a neighbour or leave it out").Message;

    /// <inheritdoc cref="TooShort"/>
    public static string Silent(float value) =>
        UserException.Create($"silent: every sample is {(value == 0 ? "zero" : $"{value:G4}")}",
            next: "replace the file if there should be speech in it, else leave it out").Message;

    /// <inheritdoc cref="TooShort"/>
    public static string ChannelsCancel(int channels) =>
        UserException.Create(
            $"its {channels} channels cancel each other when they are mixed to one (opposite phase); the samples are not zero",
            next: "take one channel, for example with 'ffmpeg -i IN -af \"pan=mono|c0=c0\" OUT.flac'").Message;

    /// <summary>A name in one line, every control character of it a question mark.</summary>
    public static string NameOf(string name) => PrintableText.Line(string.Concat(name.Select(c => char.IsControl(c) ? '?' : c)));

    public static UserException OddName(string name) =>
        UserException.Create("the name cannot stand in a manifest", NameOf(name), "no tab, line break or other control character in it",
            next: "rename it");

    public static UserException BrokenLink(string name, string target) =>
        UserException.Create("the link leads to no file", name, found: NameOf(target), next: "restore that file, or delete the link");

    public static UserException NameNotUtf8(string name) =>
        UserException.Create($"the {(name.EndsWith('/') ? "folder" : "file")} name is not UTF-8, so no manifest can name it",
            NameOf(name.TrimEnd('/')), next: "rename it, for example with 'convmv -r -f latin1 -t utf8 --notest FOLDER' (or -f gbk)");

    public static UserException MissingTranscripts(string format, string expected) =>
        UserException.Create($"this is no {format} folder", expected, next: "check the folder, or choose another --format");

    public static UserException BadTranscripts(string path, string reason) =>
        UserException.Create("the transcripts cannot be read", path, found: reason, next: "download the corpus again");

    public static UserException SpeakerExpression(string text, string reason) =>
        UserException.Create("not a regular expression", "--speaker-from", "one such as '^([^_/]+)_'", $"'{text}': {reason}",
            "the first group in parentheses is the speaker");

    public static UserException NoSpeaker(string path, int others, string? expression) =>
        UserException.Create($"no speaker can be told of {Counted.Of(others, "file")}", path,
            expression is null ? "a folder of its own for each speaker" : $"a path that --speaker-from '{expression}' matches",
            next: "say with --speaker-from REGEX where the speaker stands in the path");

    public static UserException NoSuchSpeaker(string name, string? nearest, IReadOnlyList<string> known) =>
        UserException.Create($"no speaker '{name}'{(nearest is null ? "" : $", did you mean '{nearest}'?")}", "--valid-speakers",
            string.Join(", ", known.Take(10)) + (known.Count > 10 ? ", ..." : ""),
            next: "a number alone is how many speakers to take; a name alone ends in a comma");

    public static UserException SpeakerCount(string asked, int speakers) =>
        UserException.Create("one speaker at least must stay for training, and one go to validation", "--valid-speakers",
            $"1 to {speakers - 1} of {Counted.Of(speakers, "speaker")}", asked,
            "check with --speaker-from where the speaker stands in the path");

    public static UserException ValidPercent(double value) =>
        UserException.Create("bad share", "--valid-percent", "0 to below 1, such as 0.01", $"{value}", "give a share of 1, not of 100");
}
