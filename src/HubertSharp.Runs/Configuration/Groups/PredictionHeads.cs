namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>The heads that <c>model.prediction_head</c> names.</summary>
public static class PredictionHeads
{
    /// <summary>Cosines with label embeddings.</summary>
    public const string Cosine = "cosine";

    /// <summary>One linear layer.</summary>
    public const string Linear = "linear";
}
