using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Probe;

/// <summary>A model and the layers that are looked at: <c>runs/it1</c> (all layers), <c>runs/it1:3</c>, <c>runs/it1:2,3</c>.</summary>
/// <param name="Path">Checkpoint or run folder, fairseq .pt, or Hugging Face folder.</param>
/// <param name="Layers">Layers, counted from 1; empty for all.</param>
public sealed record ModelSpec(string Path, IReadOnlyList<int> Layers)
{
    /// <exception cref="UserException">No path, or layers that are no numbers above 0.</exception>
    public static ModelSpec Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var tail = colon < 0 ? "" : text[(colon + 1)..];
        if (tail.Length == 0 || !char.IsAsciiDigit(tail[0]) || tail.Contains('/'))
            return new ModelSpec(text, []);
        var layers = tail.Split(',')
            .Select(part => int.TryParse(part, out var layer) && layer > 0 ? layer : throw EvaluationFaults.ModelSpec(text)).ToList();
        return colon > 0 ? new ModelSpec(text[..colon], layers.Distinct().ToList()) : throw EvaluationFaults.ModelSpec(text);
    }
}
