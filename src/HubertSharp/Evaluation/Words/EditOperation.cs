namespace HubertSharp.Evaluation.Words;

/// <summary>One step of an alignment of a reference and a hypothesis.</summary>
internal enum EditOperation : byte
{
    /// <summary>The same token on both sides.</summary>
    Match,

    /// <summary>Another token.</summary>
    Substitution,

    /// <summary>A token of the reference that the hypothesis lacks.</summary>
    Deletion,

    /// <summary>A token that the reference does not have.</summary>
    Insertion,
}
