using System.CommandLine;
using System.Globalization;
using HubertSharp.Decoding;

namespace HubertSharp.Cli.Arguments;

/// <summary>The options of a search for text: what none is given for depends on the search and on what it is given.</summary>
internal sealed class SearchArguments
{
    private readonly Option<string> _search = ModelOptions.Choice("--search",
        "beam: the most probable text over all its paths; greedy: the best token of each frame; flashlight: as fairseq and torchaudio "
        + "decode, with their weights.", "beam", "greedy", "flashlight");
    private readonly Option<string?> _lexicon = new("--lexicon")
    {
        Description = "Words that may be said: lines 'WORD TOKEN TOKEN ...', or words alone, spelt by their letters.",
    };
    private readonly Option<string?> _model = new("--lm")
    {
        Description = "N-gram language model (ARPA): of the lexicon's words, else of words spelt by the model's letters, or of its tokens.",
    };
    private readonly Option<int?> _beam = new("--beam") { Description = "Hypotheses that are kept at each frame (50)." };
    private readonly Option<int?> _tokens = new("--beam-tokens") { Description = "Tokens that are looked at in each frame (50)." };
    private readonly Option<double?> _threshold = new("--beam-threshold")
    {
        Description = "What lies further below the best hypothesis is dropped (50).",
    };
    private readonly Option<double?> _weight = new("--lm-weight")
    {
        Description = "Weight of the language model: in flashlight's search on log10 (2), in the other on natural logarithms (0.5).",
    };
    private readonly Option<double?> _word = new("--word-score")
    {
        Description = "Added for each word (1.5 with --lm; flashlight: -1).",
    };
    private readonly Option<double?> _unknown = new("--unk-score")
    {
        Description = "Added for each word that is not known; -inf allows none (-inf with --lexicon, else -10).",
    };
    private readonly Option<double?> _silence = new("--sil-score") { Description = "flashlight: added for each frame of silence (0)." };
    private readonly Option<bool> _logAdd = new("--log-add") { Description = "flashlight: paths of one text add up." };
    private readonly Option<int?> _nbest = new("--nbest") { Description = "Readings that come out, in JSON (1)." };

    public void AddTo(Command command)
    {
        Option[] options =
            [_search, _lexicon, _model, _beam, _tokens, _threshold, _weight, _word, _unknown, _silence, _logAdd, _nbest];
        Array.ForEach(options, command.Options.Add);
    }

    public string? Lexicon(ParseResult parsed) => parsed.GetValue(_lexicon);

    public string? Model(ParseResult parsed) => parsed.GetValue(_model);

    /// <exception cref="Runs.UserException">A value out of bounds, or an option without effect.</exception>
    public SearchOptions Of(ParseResult parsed)
    {
        var kind = Enum.Parse<SearchKind>(parsed.GetValue(_search)!, ignoreCase: true);
        var (hasLexicon, hasModel) = (Lexicon(parsed) is not null, Model(parsed) is not null);
        var isFlashlight = kind == SearchKind.Flashlight;
        if (kind == SearchKind.Greedy)
            Refuse(parsed, "--search beam or flashlight", _lexicon, _model, _beam, _tokens, _threshold, _weight, _word, _unknown, _nbest);
        if (!isFlashlight)
            Refuse(parsed, "--search flashlight", _silence, _logAdd);
        if (!hasModel)
            Refuse(parsed, "--lm", _weight);
        if (!hasModel && !hasLexicon)
            Refuse(parsed, "--lm or --lexicon", _word, _unknown);
        if (isFlashlight && !hasLexicon)
            Refuse(parsed, "--lexicon", _word, _unknown);
        var defaults = new SearchOptions();
        return new SearchOptions
        {
            Kind = kind,
            Beam = Count(parsed, _beam, 10_000) ?? defaults.Beam,
            BeamTokens = Count(parsed, _tokens, 1_000_000) ?? defaults.BeamTokens,
            BeamThreshold = Number(parsed, _threshold, 0) ?? defaults.BeamThreshold,
            LanguageWeight = Number(parsed, _weight) ?? (isFlashlight ? 2 : hasModel ? defaults.LanguageWeight : 0),
            WordScore = Number(parsed, _word) ?? (isFlashlight ? -1 : hasModel ? defaults.WordScore : 0),
            SilenceScore = Number(parsed, _silence) ?? 0,
            UnknownScore = parsed.GetValue(_unknown) is double.NegativeInfinity ? double.NegativeInfinity
                : Number(parsed, _unknown) ?? (hasLexicon || isFlashlight ? double.NegativeInfinity : -10),
            LogAdd = parsed.GetValue(_logAdd),
            NBest = Count(parsed, _nbest, 1000) ?? defaults.NBest,
        };
    }

    private static int? Count(ParseResult parsed, Option<int?> option, int most) =>
        parsed.GetValue(option) is not { } value || (value >= 1 && value <= most) ? parsed.GetValue(option)
            : throw DecodingFaults.Bound(option.Name, $"1 to {most:#,0}", $"{value}");

    private static double? Number(ParseResult parsed, Option<double?> option, double least = double.MinValue) =>
        parsed.GetValue(option) is not { } value || (double.IsFinite(value) && value >= least) ? parsed.GetValue(option)
            : throw DecodingFaults.Bound(option.Name, least == 0 ? "a number from 0 on" : "a finite number",
                value.ToString(CultureInfo.InvariantCulture));

    private static void Refuse(ParseResult parsed, string needed, params Option[] options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw DecodingFaults.Needs(given.Name, needed);
    }
}
