using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Evaluation.Words;

namespace HubertSharp.Cli.Verbs.Texts;

/// <summary><c>hubert score</c>: word, character and mixed error rates.</summary>
internal static class ScoreVerb
{
    public static Command Create()
    {
        var reference = new Option<string>("--reference")
        {
            Description =
                "What was said: one text per line, 'name text' (Kaldi, LibriSpeech's trans.txt), sclite's .trn, .tsv, or JSON lines.",
            Required = true,
        };
        var hypothesis = new Option<string>("--hypothesis")
        {
            Description = "What was recognised, in any of these forms.",
            Required = true,
        };
        var manifest = new Option<string?>("--manifest")
        {
            Description =
                "Manifest (.tsv) whose utterances the reference's lines are of, in its order: of a .wrd. Its languages part the table.",
        };
        var against = new Option<string?>("--against")
        {
            Description =
                "Hypotheses of another system: the paired difference, its intervals and the probability of improvement are printed.",
        };
        var mode = ModelOptions.Choice("--mode",
            "mixed: normalised texts, by word, by character, and Chinese by character with the rest by word (MER). sclite, jiwer, wenet: "
            + "tokens and alignments as those programs have them.", "mixed", "sclite", "jiwer", "wenet");
        var keepCase = new Option<bool>("--keep-case") { Description = "Case counts (mode mixed)." };
        var keepPunctuation = new Option<bool>("--keep-punctuation") { Description = "Punctuation counts (mode mixed)." };
        var keepForms = new Option<bool>("--keep-forms") { Description = "Full-width and other compatibility forms count (mode mixed)." };
        var ignoreCase = new Option<bool>("--ignore-case") { Description = "Case does not count (modes sclite and jiwer)." };
        var format = ModelOptions.Choice("--format", "How all files hold their texts; auto goes by ending and content.",
            "auto", "lines", "kaldi", "trn", "tsv", "json");
        var referenceColumn = new Option<string?>("--reference-column")
        {
            Description = "Column or field of the text, in tables and JSON.",
        };
        var hypothesisColumn = new Option<string?>("--hypothesis-column") { Description = "The same in the hypotheses." };
        var group = new Option<string?>("--group")
        {
            Description = "Column or field of the references that parts the table; 'language', 'lang' or 'locale' do without being named.",
        };
        var by = By(group);
        var speakers = new Option<string?>("--speakers") { Description = "File of lines 'name speaker' (Kaldi's utt2spk), for intervals." };
        var separators = new Option<string?>("--speaker-separators")
        {
            Description = "A speaker is what stands before the first of these characters in a name: '-' for 1089-134686-0000.",
        };
        var partial = new Option<bool>("--partial")
        {
            Description = "Missing hypotheses count as empty, and what has no reference is left out; otherwise both are faults.",
        };
        var align = new Option<bool>("--align") { Description = "Show each text with errors, token by token." };
        var seed = new Option<long>("--seed") { Description = "Decides what intervals draw.", DefaultValueFactory = _ => Bootstrap.Seed };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table; with --align every alignment." };
        var command = new Command("score", "Word, character and mixed error rates, with intervals, and the comparison of two systems.")
        {
            reference, hypothesis, manifest, against, mode, keepCase, keepPunctuation, keepForms, ignoreCase, format, referenceColumn,
            hypothesisColumn, group, by, speakers, separators, partial, align, seed, json,
        };
        command.WithExample("hubert score --reference data/test.wrd --manifest data/test.tsv --hypothesis transcribed.txt")
            .WithExample("hubert score --reference test.trans.txt --hypothesis decoded.txt --speaker-separators -")
            .WithExample("hubert score --reference mixed.tsv --hypothesis transcribed.txt --by script")
            .WithExample("hubert score --reference ref.trn --hypothesis new.trn --against old.trn --mode sclite --align");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new WordScoringOptions
            {
                ReferencePath = parsed.GetValue(reference)!,
                HypothesisPath = parsed.GetValue(hypothesis)!,
                ManifestPath = parsed.GetValue(manifest),
                AgainstPath = parsed.GetValue(against),
                Mode = Enum.Parse<ScoringMode>(parsed.GetValue(mode)!, ignoreCase: true),
                Normalisation = new TextNormalisation(
                    !parsed.GetValue(keepForms), !parsed.GetValue(keepCase), !parsed.GetValue(keepPunctuation)),
                IgnoresCase = parsed.GetValue(ignoreCase),
                Format = Enum.Parse<TranscriptLayout>(parsed.GetValue(format)!, ignoreCase: true),
                ReferenceColumn = parsed.GetValue(referenceColumn),
                HypothesisColumn = parsed.GetValue(hypothesisColumn),
                GroupColumn = parsed.GetValue(group),
                By = Enum.Parse<ScoreParts>(parsed.GetValue(by)!, ignoreCase: true),
                SpeakersPath = parsed.GetValue(speakers),
                SpeakerSeparators = parsed.GetValue(separators),
                Partial = parsed.GetValue(partial),
                WithAlignments = parsed.GetValue(align),
                Seed = parsed.GetValue(seed),
            };
            WordReport report;
            using (var progress = ConsoleProgress.Start("score"))
                report = WordScoring.Run(options, progress, cancellation);
            ScoreTable.Print(report, parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }

    private static Option<string> By(Option<string?> group)
    {
        var by = ModelOptions.Choice("--by",
            "Parts of the table: language, as the references or the manifest name it, with code-switched texts once more by themselves; "
            + "script: Chinese, Latin, code-switched (texts that hold both). auto: languages, else in mode mixed scripts, where there are "
            + "several.", "auto", "language", "script");
        by.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() == "script" && result.GetResult(group) is { Implicit: false })
                result.AddError("--by script: --group names other parts; give one of them");
        });
        return by;
    }
}
