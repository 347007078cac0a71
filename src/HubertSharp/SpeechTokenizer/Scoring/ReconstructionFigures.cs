using HubertSharp.Audio.Fidelity;
using HubertSharp.Audio.Fidelity.Visqol;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Evaluation.Words;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>The figures of all reconstructions from so many quantisers, with their intervals.</summary>
internal sealed class ReconstructionFigures
{
    /// <summary>A copy without any fault counts as this, so that a mean is a number.</summary>
    private const double MostDb = 100;

    private readonly IReadOnlyList<RecordingScores> _scores;
    private readonly Func<string, string?> _speakerOf;
    private readonly int _copy;
    private readonly long _seed;
    private readonly Dictionary<string, Estimate> _figures = new(StringComparer.Ordinal);

    private ReconstructionFigures(IReadOnlyList<RecordingScores> scores, int copy, Func<string, string?> speakerOf, long seed) =>
        (_scores, _copy, _speakerOf, _seed) = (scores, copy, speakerOf, seed);

    /// <param name="scores">All recordings.</param>
    /// <param name="copy">Which of their copies.</param>
    /// <param name="speakerOf">Who speaks; null where nobody said.</param>
    /// <param name="seed">Decides what intervals draw.</param>
    public static IReadOnlyDictionary<string, Estimate> Of(
        IReadOnlyList<RecordingScores> scores, int copy, Func<string, string?> speakerOf, long seed)
    {
        var figures = new ReconstructionFigures(scores, copy, speakerOf, seed);
        figures.Add();
        return figures._figures;
    }

    private void Add()
    {
        Mean(TokenizerFigures.Stoi, of => of.Stoi, -1, 1);
        Mean(TokenizerFigures.Estoi, of => of.Estoi, -1, 1);
        Mean(TokenizerFigures.Visqol, of => of.Visqol, 1, SpeechQuality.Best);
        Mean(TokenizerFigures.SiSdr, of => Math.Clamp(of.SiSdrDb, -MostDb, MostDb), -MostDb, MostDb);
        Mean(TokenizerFigures.Mel, of => of.Mel.Average());
        for (var i = 0; i < MelDistances.Resolutions.Count; i++)
        {
            var resolution = i;
            Mean(TokenizerFigures.MelAt(MelDistances.Resolutions[i].Points), of => of.Mel[resolution]);
        }
        Mean(TokenizerFigures.MultiScaleMel, of => of.MultiScaleMel);
        Mean(TokenizerFigures.LogSpectral, of => of.LogSpectral);
        Mean(TokenizerFigures.Cepstral, of => of.CepstralDb);
        Quotient(TokenizerFigures.PitchError, (_, copy) => (copy.Fidelity.Pitch.SquaredCents, copy.Fidelity.Pitch.Voiced));
        if (_figures.Remove(TokenizerFigures.PitchError, out var squares)) // a root keeps the order of what is drawn
            _figures[TokenizerFigures.PitchError] = new Estimate(Math.Sqrt(squares.Value),
                [.. squares.Intervals.Select(i => i with { Low = Math.Sqrt(i.Low), High = Math.Sqrt(i.High) })]);
        Quotient(TokenizerFigures.Voicing, (_, copy) => (copy.Fidelity.Pitch.OtherVoicing, copy.Fidelity.Pitch.Frames), most: 1);
        Errors(TokenizerFigures.WordErrors, TextTokens.Words);
        Errors(TokenizerFigures.CharacterErrors, TextTokens.Characters);
        foreach (var name in _scores.Count == 0 ? [] : _scores[0].Copies[_copy].Measured.Keys)
            Quotient(name, (_, copy) => (copy.Measured[name], 1), least: double.MinValue);
    }

    /// <summary>Over recordings; one that has no such figure does not count.</summary>
    private void Mean(string name, Func<SpeechFidelity, double> of, double least = 0, double most = double.MaxValue) =>
        Quotient(name, (_, copy) =>
        {
            var value = of(copy.Fidelity);
            return double.IsNaN(value) ? (0, 0) : (value, 1);
        }, least, most);

    /// <summary>Against what the recogniser wrote down of the original.</summary>
    private void Errors(string name, Func<string, IReadOnlyList<string>> tokens)
    {
        var normalisation = new TextNormalisation();
        Quotient(name, (recording, copy) =>
        {
            if (recording.Text is null)
                return (0, 0);
            IReadOnlyList<string> Tokens(string text) => tokens(normalisation.Apply(text));
            var counts = TokenAlignment.Count(TokenAlignment.Of(Tokens(recording.Text), Tokens(copy.Text!), AlignmentRule.Jiwer));
            return (counts.Errors, counts.ReferenceTokens);
        });
    }

    private void Quotient(string name, Func<RecordingScores, CopyScores, (double Above, double Below)> of, double least = 0,
        double most = double.MaxValue)
    {
        var parts = _scores.Select(recording =>
        {
            var (above, below) = of(recording, recording.Copies[_copy]);
            return (recording.Name, _speakerOf(recording.Name), above, below);
        }).ToList();
        if (parts.Sum(part => part.below) > 0)
            _figures[name] = ResampledFigure.Quotient(parts).Estimate(_seed, most, least);
    }
}
