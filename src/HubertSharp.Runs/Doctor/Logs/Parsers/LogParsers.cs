namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>The toolkits whose logs are understood.</summary>
internal static class LogParsers
{
    /// <summary>
    /// Every parser, in the order in which they are asked: a line belongs to the first that takes it. The next toolkit is one file
    /// beside these and one line here.
    /// </summary>
    /// <param name="hints">What a log says beside its metrics.</param>
    public static IReadOnlyList<ILogParser> All(LogHints hints) =>
    [
        new CsvParser(hints), // a table is one from its first lines on, and has no other lines
        new JsonLineParser(),
        new StepJsonParser(),
        new Fairseq2Parser(),
        new EspnetParser(),
        new SpeechBrainParser(hints),
        new FairseqTextParser(),
        new IcefallParser(),
        new LightningTextParser(),
        new TransformersParser(hints),
        new WenetParser(),
        new PlainTextParser(hints), // last: it takes whatever tells a step and a loss
    ];
}
