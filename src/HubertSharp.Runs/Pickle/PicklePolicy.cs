namespace HubertSharp.Runs.Pickle;

/// <summary>What a pickle may name, and who takes the data that some writers put between its instructions.</summary>
internal sealed record PicklePolicy
{
    /// <summary>The classes and functions that may be named, as <c>module.name</c>. None of them is ever called.</summary>
    public required IReadOnlySet<string> Globals { get; init; }

    /// <summary>How many values it may make and remember.</summary>
    public int MostValues { get; init; } = RestrictedPickle.MostValues;

    /// <summary>
    /// Called with an object that the pickle wants made by calling a class or function; what it returns takes the object's place.
    /// </summary>
    public Func<PickleObject, object>? Called { get; init; }

    /// <summary>
    /// Called after an object got its state; what it returns takes the object's place. It may read raw bytes from the input.
    /// </summary>
    public Func<PickleObject, PickleInput, object>? Built { get; init; }

    /// <summary>Called for a persistent id (PyTorch's storages); without it such ids are refused.</summary>
    public Func<object?, object?>? Persistent { get; init; }
}
