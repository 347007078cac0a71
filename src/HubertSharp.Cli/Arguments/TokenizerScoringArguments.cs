using System.CommandLine;
using System.Globalization;
using HubertSharp.Audio;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.SpeechTokenizer.Scoring;

namespace HubertSharp.Cli.Arguments;

/// <summary>What <c>hubert tokenizer evaluate</c> takes beside the tokenizer.</summary>
internal sealed class TokenizerScoringArguments
{
    private const int MostExamples = 100;

    private readonly Option<string> _manifest = new("--manifest")
    {
        Description = "Manifest (.tsv) of recordings that it did not learn from.",
        Required = true,
    };

    private readonly Option<int[]> _quantizers = new("--quantizers")
    {
        Description = "Decode from the first so many quantisers, several numbers parted by commas. Default: 1, 2, 4, … and all.",
        CustomParser = result =>
        {
            int[] numbers = [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];
            if (numbers.Contains(0))
                result.AddError("--quantizers takes numbers from 1, such as 1,2,4,8");
            return numbers;
        },
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _reference = new("--reference")
    {
        Description =
            "Phones or syllables, as 'hubert quality' takes them: PNMI and purity of quantiser 1's codes; where it has times, ABX "
                + "of their vectors, too.",
    };

    private readonly Option<bool> _keepDigits = new("--keep-digits") { Description = "Compare with tone and stress digits." };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "The teacher's clusters (.km) of the same manifest: PNMI of quantiser 1's codes against them.",
    };

    private readonly Option<double?> _labelRate = new("--label-rate")
    {
        Description = "Labels per second. Default: the tokenizer's frames.",
    };

    private readonly Option<string[]> _measures = new("--measure")
    {
        Description = "NAME=PROGRAM: one more figure. The program is given two WAV files, the original and the reconstruction, and "
            + "prints a number. May be given several times.",
    };

    private readonly Option<string?> _output = new("--out")
    {
        Description =
            $"Folder of {TokenizerReport.FileName} and of a page with players and spectrograms in English and Chinese, recordings "
                + "beside it.",
    };

    private readonly Option<int> _examples = new("--examples")
    {
        Description = "Recordings that the page plays.",
        DefaultValueFactory = _ => 6,
    };

    private readonly Option<long> _seed = new("--seed")
    {
        Description = "Decides what intervals draw.",
        DefaultValueFactory = _ => Bootstrap.Seed,
    };

    private readonly Option<int> _threads = FeatureOptions.Threads("Recordings computed at once, each on one core; 0 takes all cores.");

    public TokenizerScoringArguments()
    {
        _examples.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > MostExamples)
                result.AddError($"--examples takes a number from 0 to {MostExamples}");
        });
        _measures.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => ExternalMeasure.Parse(token.Value) is null) is { } wrong)
                result.AddError($"--measure takes NAME=PROGRAM with a name that no other figure has, such as pesq=./pesq.sh, not "
                    + $"'{wrong.Value}'");
        });
        _labelRate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } rate && !(rate > 0 && rate <= AudioFile.SampleRate))
                result.AddError("--label-rate takes a number above 0");
        });
    }

    /// <summary>A fine-tuned model.</summary>
    public Option<string?> Recogniser { get; } = new("--recogniser")
    {
        Description = "Fine-tuned model: WER and CER of what it writes down of each reconstruction against that of the original.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [
                _manifest, _quantizers, _reference, _keepDigits, _labels, _labelRate, Recogniser, _measures, _output, _examples,
                _seed, _threads,
            ])
        {
            command.Options.Add(option);
        }
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="model">Where the tokenizer is.</param>
    /// <param name="recogniser">The fine-tuned model, ready to compute; null without one.</param>
    public TokenizerScoringOptions Of(ParseResult parsed, string model, CtcScorer? recogniser) => new()
    {
        ModelPath = model,
        ManifestPath = parsed.GetValue(_manifest)!,
        Quantizers = parsed.GetValue(_quantizers) ?? [],
        ReferencePath = parsed.GetValue(_reference),
        RemoveDigits = !parsed.GetValue(_keepDigits),
        LabelsPath = parsed.GetValue(_labels),
        LabelRate = parsed.GetValue(_labelRate),
        Recogniser = recogniser,
        RecogniserPath = parsed.GetValue(Recogniser),
        Measures = [.. (parsed.GetValue(_measures) ?? []).Select(given => ExternalMeasure.Parse(given)!)],
        Threads = parsed.GetValue(_threads),
        OutputFolder = parsed.GetValue(_output),
        Examples = parsed.GetValue(_examples),
        Seed = parsed.GetValue(_seed),
    };
}
