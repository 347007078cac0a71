using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats;

/// <summary>The wording of what can be wrong with the lists of a corpus.</summary>
internal static class LayoutFaults
{
    public static UserException NotUtf8(string path, int line) =>
        UserException.Create("the text is not UTF-8", $"{path}:{line}", next: "write it anew: iconv -f GBK -t UTF-8 OLD > NEW");

    public static UserException Twice(string path, int line, string key) =>
        UserException.Create($"'{PrintableText.Of(key)}' stands twice with different content", $"{path}:{line}", "one line for each name",
            "two", "remove one of them");

    public static UserException Malformed(string path, long line, string expected, string found) =>
        UserException.Create("malformed line", $"{path}:{line}", expected, $"'{PrintableText.Of(found)}'", "mend or remove the line");

    public static UserException Pipe(string path, int line, string command) =>
        UserException.Create("a command in the place of a recording", $"{path}:{line}", "the path of an audio file",
            $"'{PrintableText.Of(command)}'",
            "no command is run, and only those that do nothing but decode a file are understood (cat, ffmpeg, flac, sox, sph2pipe): "
            + "write what the command gives into a file and name that");

    public static UserException NoRecording(string path, int line, string recording, IEnumerable<string> tried) =>
        UserException.Create("no such recording", $"{path}:{line}", $"a file in {string.Join(" or ", tried)}",
            $"'{PrintableText.Of(recording)}' in none of them", "write absolute paths, or paths from the list's own folder");

    public static UserException NotOne(string folder, string layout, IReadOnlyList<string> found) =>
        UserException.Create($"several {layout}", folder, "one", string.Join(", ", found.Take(5).Select(f => PrintableText.Of(f))),
            "give the file itself in the place of the folder");

    public static string UnknownRecording(string list, string recording) =>
        UserException.Create("the segment's recording is not listed", list, found: $"'{PrintableText.Of(recording)}'",
            next: "add it, or leave the segment out").Message;

    public static string UnknownParts(IReadOnlyList<string> parts) =>
        $"left out, because they are neither train, dev nor test by their names: {string.Join(", ", parts.Take(10))}; "
        + "give such a folder itself to have it";

    public static string Shortened(int segments) =>
        $"{Counted.Of(segments, "segment")} ended behind {(segments == 1 ? "its recording and was" : "their recordings and were")} "
        + "cut at its end";

    public static UserException StillPacked(string archive) =>
        UserException.Create("the audio is still packed", archive, "audio files", "archives",
            "unpack them, for example with 'find . -name \"*.tar.gz\" -execdir tar xzf {} \\;' in that folder");

    public static UserException NoSubset(string index, string asked, IReadOnlyList<string> known) =>
        UserException.Create("no segment is in this subset", index, $"one of {string.Join(", ", known.Take(20))}",
            $"--subset {PrintableText.Of(asked)}", "choose one of them");

    public static UserException Bomb(string path, long times) =>
        UserException.Create("the packed file unpacks without end", path, $"at most {times} times its size", "more", "unpack it yourself");

    public static UserException PackedCut(string path) =>
        UserException.Create("the packed file is cut short", path, next: "fetch it again");

    public static UserException NotUnpacked(string path, Exception cause) =>
        UserException.Create("the file cannot be unpacked", path, found: PrintableText.Of(cause), next: "fetch it again", cause: cause);

    public static UserException NoTar(string path) =>
        UserException.Create("not a tar archive", path, "a header whose checksum fits", "something else",
            "check the file, or leave it out");

    public static UserException TarCut(string path) =>
        UserException.Create("the archive is damaged or cut short", path, next: "fetch it again, or leave it out");

    public static UserException NoParquet(string path, string found, Exception? cause = null) =>
        UserException.Create("not a Parquet file, or a damaged one", path, found: found, next: "fetch it again, or leave it out",
            cause: cause);

    public static UserException ParquetEncoding(string path, string column, string encoding, Exception cause) =>
        UserException.Create($"the column {PrintableText.Of(column)} cannot be read", path, "PLAIN or a dictionary", encoding,
            "write it anew, for example with pyarrow's write_table(read_table(OLD), NEW)", cause: cause);

    public static UserException NoAudioColumn(string path, IReadOnlyList<string> columns) =>
        UserException.Create("no column of audio", path, "a column such as audio {bytes, path}",
            string.Join(", ", columns.Take(20).Select(c => PrintableText.Of(c))), "name the file that has the audio in it");

    public static string NoBytes(string path, long row, string? name) =>
        UserException.Create("no audio in the row", $"{path}: row {row}",
            found: name is null ? null : $"only the name '{PrintableText.Of(name)}'",
            next: "fetch the data set with the audio in it, for example with push_to_hub(embed_external_files=True)").Message;

    public static UserException KeyTwice(string archive, string key) =>
        UserException.Create($"two recordings of the name '{PrintableText.Of(key)}'", archive, "one", "two", "write the shard anew");

    public static string TooLargeInside(string path, long most) =>
        UserException.Create("too large for a recording", path, $"at most {most >> 20} MiB", "more", "take it out and cut it").Message;

    public static string NotSimple(string path, long line, string found) =>
        UserException.Create("not audio as it lies in a file", $"{path}:{line}", "one recording, of one file, unchanged",
            PrintableText.Of(found), "write it into a file first, for example with Lhotse's 'cuts.save_audios(...)'").Message;

    public static string WithoutAbout(int files) =>
        $"{Counted.Of(files, "recording")} without a .json of Libri-light beside it: the speaker is the folder's name";

    public static string Long(double seconds) =>
        $"the recordings are up to {seconds / 60:0} minutes long; 'hubert corpus split-long train.tsv --out pieces' cuts them at pauses";

    public static string NoSpeech(int segments) =>
        $"{Counted.Of(segments, "segment")} of noise, music or silence left out, as the index marks them";

    public static string BehindTold(int segments) =>
        $"{Counted.Of(segments, "segment")} end behind the length that the index tells of the recording; the audio's own length counts";

    public static string NoSuchFile(string table, int line) =>
        UserException.Create("no such audio file, or several of this name", $"{table}:{line}",
            next: "check the name and the folder, or remove the row").Message;

    public static string WithoutRow(int files, string example) =>
        $"{Counted.Of(files, "audio file")} without a row in the table left out, for example {PrintableText.Of(example)}";

    public static string ListedTwice(int lines) =>
        $"{Counted.Of(lines, "line")} named a clip that had been named before, and {(lines == 1 ? "was" : "were")} passed over";

    /// <summary>One note where transcripts name files that are not there.</summary>
    public static IReadOnlyList<string> Unheard(KeyedTexts transcripts) =>
        transcripts.Unasked is (var count, { } first) ? [WithoutAudio(count, first)] : [];

    public static string WithoutAudio(int lines, string example) =>
        $"{Counted.Of(lines, "transcript")} without audio, for example {PrintableText.Of(example)}";
}
